"""Which hashes are whole, and how much work one may ask for: about two seconds of a core, and 128 MiB."""

import re
import warnings
from base64 import b64decode, b64encode
from collections.abc import Callable
from hashlib import new as digest
from typing import Protocol

MOST_MEMORY = 128 * 1024
"""In KiB."""
MOST_PBKDF2, MOST_SHA_CRYPT, MOST_BCRYPT, MOST_ARGON2 = 3_000_000, 1_000_000, 14, 8 * MOST_MEMORY
LEAST_SHA_CRYPT, LEAST_BCRYPT = 1000, 4
MOST_SCRYPT = 2**22

TOO_EXPENSIVE = "This hash asks for more work than a login may take"
UNKNOWN = "This is none of the password hashes that are known here, or not a whole one"


class Handler(Protocol):
    """A scheme of passlib, which has no types."""

    def from_string(self, password_hash: str, /) -> object: ...

    def verify(self, password: str, password_hash: str, /) -> bool: ...


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


def check_bcrypt(match: re.Match[str]) -> None:
    """Rounds have two digits, and the bits that fill up the last character of salt and sum are 0: as it is compared."""
    if not re.fullmatch(r".{4}[0-9]{2}\$.{21}[.Oeu].{30}[.CGKOSWaeimquy26]", match[0]):
        raise ValueError(UNKNOWN)
    _bounded(int(match["rounds"]), LEAST_BCRYPT, MOST_BCRYPT)


def check_argon2(match: re.Match[str]) -> None:
    if re.search("=0[0-9]", match[0]) or not all(_is_base64(match[name]) for name in ("salt", "hash")):
        raise ValueError(UNKNOWN)
    memory, passes, lanes = (int(match[name]) for name in "mtp")
    _bounded(lanes, 1, 16)
    _bounded(memory, 8 * lanes, MOST_MEMORY)
    _bounded(passes, 1, MOST_ARGON2 // memory)


def _is_base64(text: str) -> bool:
    """Whether these are bytes as argon2 writes them: no padding, and the bits that belong to no byte are 0."""
    padding = "=" * (-len(text) % 4)
    return len(padding) < 3 and b64encode(b64decode(text + padding)).decode() == text + padding


def rounds(least: int, most: int, handler: Handler, ends: str) -> Callable[[re.Match[str]], None]:
    """Return the check of what passlib reads; `ends` are the characters that a whole sum may end in, as a pattern."""

    def check_match(match: re.Match[str]) -> None:
        _bounded(int(match["rounds"] or 5000), least, most)
        if not re.fullmatch(ends, match[0][-1]):
            raise ValueError(UNKNOWN)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            try:
                handler.from_string(match[0])
            except (ValueError, Warning):
                raise ValueError(UNKNOWN) from None

    return check_match
