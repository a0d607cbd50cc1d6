"""How much work a hash may ask for: about two seconds of a core, and 128 MiB."""

import re
import warnings
from collections.abc import Callable
from hashlib import new as digest

MOST_MEMORY = 128 * 1024
"""In KiB."""
MOST_PBKDF2, MOST_SHA_CRYPT, MOST_BCRYPT, MOST_ARGON2 = 3_000_000, 1_000_000, 14, 8 * MOST_MEMORY
LEAST_SHA_CRYPT, LEAST_BCRYPT = 1000, 4
MOST_SCRYPT = 2**22

TOO_EXPENSIVE = "This hash asks for more work than a login may take"
UNKNOWN = "This is none of the password hashes that are known here, or not a whole one"


def _bounded(number: int, least: int, most: int) -> None:
    if number < least:
        raise ValueError(UNKNOWN)
    if number > most:
        raise ValueError(TOO_EXPENSIVE)


def check_werkzeug_pbkdf2(match: re.Match[str]) -> None:
    if len(match["hash"]) != 2 * digest(match["name"], usedforsecurity=False).digest_size:
        raise ValueError(UNKNOWN)
    _bounded(int(match["rounds"]), 1, MOST_PBKDF2)


def check_scrypt(match: re.Match[str]) -> None:
    n, r, p = (int(match[name]) for name in "nrp")
    if n < 2 or n & (n - 1) or not r or not p:
        raise ValueError(UNKNOWN)
    _bounded(n * r // 8, 0, MOST_MEMORY)
    _bounded(n * r * p, 0, MOST_SCRYPT)


def check_argon2(match: re.Match[str]) -> None:
    memory, passes, lanes = (int(match[name]) for name in "mtp")
    _bounded(lanes, 1, 16)
    _bounded(memory, 8 * lanes, MOST_MEMORY)
    _bounded(passes, 1, MOST_ARGON2 // memory)


def rounds(least: int, most: int, handler: object = None) -> Callable[[re.Match[str]], None]:
    def check_match(match: re.Match[str]) -> None:
        _bounded(int(match["rounds"] or 5000), least, most)
        if handler is not None:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                try:
                    handler.from_string(match[0])  # type: ignore[attr-defined]
                except (ValueError, Warning):
                    raise ValueError(UNKNOWN) from None

    return check_match
