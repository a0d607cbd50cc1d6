"""Password hashes of other systems, as Werkzeug, bcrypt, passlib and argon2-cffi write them.

An import takes them as they are, and the first login replaces them (`passwords.py`). Until then each login computes one
of them, so none is taken that costs more than about two seconds of a core, or 128 MiB.
"""

import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import new as digest

import bcrypt
from passlib.hash import (  # type: ignore[import-untyped]
    bcrypt_sha256,
    pbkdf2_sha1,
    pbkdf2_sha256,
    pbkdf2_sha512,
    sha256_crypt,
    sha512_crypt,
)
from werkzeug.security import check_password_hash

LONGEST = 255
MOST_MEMORY = 128 * 1024
"""In KiB."""
MOST_PBKDF2, MOST_SHA_CRYPT, MOST_BCRYPT, MOST_ARGON2 = 3_000_000, 1_000_000, 14, 8 * MOST_MEMORY
LEAST_SHA_CRYPT, LEAST_BCRYPT = 1000, 4
MOST_SCRYPT = 2**22
BCRYPT_READS = 72
"""Bytes of a password; the libraries of old left the others out, today's refuses them."""

TOO_EXPENSIVE = "This hash asks for more work than a login may take"
UNKNOWN = "This is none of the password hashes that are known here, or not a whole one"


@dataclass(frozen=True)
class Scheme:
    """One way to write a hash; `check` raises ValueError for what the pattern cannot see."""

    pattern: re.Pattern[str]
    check: Callable[[re.Match[str]], None]
    verify: Callable[[str, str], bool] | None


def check(password_hash: str) -> None:
    """Return when somebody can log in with this hash; raises ValueError, which repeats nothing of it."""
    found = _found(password_hash)
    if found is None or len(password_hash) > LONGEST:
        raise ValueError(UNKNOWN)
    scheme, match = found
    scheme.check(match)


def is_hash(text: str) -> bool:
    """Tell whether a text is written as a hash is."""
    return _found(text) is not None


def is_argon2(password_hash: str) -> bool:
    return password_hash.startswith("$argon2")


def verify(password: str, password_hash: str) -> bool | None:
    """Tell whether the password is the one hashed; None, without any work, for what is no hash of another system."""
    found = _found(password_hash)
    if found is None or found[0].verify is None:
        return None
    try:
        return found[0].verify(password, password_hash)
    except ValueError:  # a NUL, where a library takes none
        return False


def _found(text: str) -> tuple[Scheme, re.Match[str]] | None:
    matches = ((scheme, scheme.pattern.fullmatch(text)) for scheme in SCHEMES)
    return next(((scheme, match) for scheme, match in matches if match), None)


def _bounded(number: int, least: int, most: int) -> None:
    if number < least:
        raise ValueError(UNKNOWN)
    if number > most:
        raise ValueError(TOO_EXPENSIVE)


def _check_werkzeug_pbkdf2(match: re.Match[str]) -> None:
    if len(match["hash"]) != 2 * digest(match["name"], usedforsecurity=False).digest_size:
        raise ValueError(UNKNOWN)
    _bounded(int(match["rounds"]), 1, MOST_PBKDF2)


def _check_scrypt(match: re.Match[str]) -> None:
    n, r, p = (int(match[name]) for name in "nrp")
    if n < 2 or n & (n - 1) or not r or not p:
        raise ValueError(UNKNOWN)
    _bounded(n * r // 8, 0, MOST_MEMORY)
    _bounded(n * r * p, 0, MOST_SCRYPT)


def _check_argon2(match: re.Match[str]) -> None:
    memory, passes, lanes = (int(match[name]) for name in "mtp")
    _bounded(lanes, 1, 16)
    _bounded(memory, 8 * lanes, MOST_MEMORY)
    _bounded(passes, 1, MOST_ARGON2 // memory)


def _rounds(least: int, most: int, handler: object = None) -> Callable[[re.Match[str]], None]:
    def check_rounds(match: re.Match[str]) -> None:
        _bounded(int(match["rounds"] or 5000), least, most)
        if handler is not None:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                try:
                    handler.from_string(match[0])  # type: ignore[attr-defined]
                except (ValueError, Warning):
                    raise ValueError(UNKNOWN) from None

    return check_rounds


def _verify_bcrypt(password: str, password_hash: str) -> bool:
    return bcrypt.checkpw(password.encode()[:BCRYPT_READS], password_hash.encode())


def _scheme(pattern: str, check: Callable[[re.Match[str]], None], verify: Callable[[str, str], bool] | None) -> Scheme:
    return Scheme(re.compile(pattern.replace("ROUNDS", r"(?P<rounds>[0-9]{1,10})"), re.ASCII), check, verify)


def _of_passlib(pattern: str, least: int, most: int, handler: object) -> Scheme:
    return _scheme(pattern, _rounds(least, most, handler), handler.verify)  # type: ignore[attr-defined]


def _werkzeug(password: str, password_hash: str) -> bool:
    return check_password_hash(password_hash, password)


SALT = r"\$[A-Za-z0-9./+=_-]{1,64}\$"

SCHEMES = (
    _scheme(
        rf"pbkdf2:(?P<name>sha(?:1|224|256|384|512)):ROUNDS{SALT}(?P<hash>[0-9a-f]+)", _check_werkzeug_pbkdf2, _werkzeug
    ),
    _scheme(
        rf"scrypt:(?P<n>[0-9]{{1,10}}):(?P<r>[0-9]{{1,10}}):(?P<p>[0-9]{{1,10}}){SALT}[0-9a-f]{{128}}",
        _check_scrypt,
        _werkzeug,
    ),
    _scheme(r"\$2[aby]\$ROUNDS\$[./A-Za-z0-9]{53}", _rounds(LEAST_BCRYPT, MOST_BCRYPT), _verify_bcrypt),
    _of_passlib(
        r"\$bcrypt-sha256\$(?:v=2,t=2b,r=|2[ab],)ROUNDS\$[./A-Za-z0-9]{22}\$[./A-Za-z0-9]{31}",
        LEAST_BCRYPT,
        MOST_BCRYPT,
        bcrypt_sha256,
    ),
    _of_passlib(r"\$pbkdf2\$ROUNDS\$[./A-Za-z0-9]{0,86}\$[./A-Za-z0-9]{27}", 1, MOST_PBKDF2, pbkdf2_sha1),
    _of_passlib(r"\$pbkdf2-sha256\$ROUNDS\$[./A-Za-z0-9]{0,86}\$[./A-Za-z0-9]{43}", 1, MOST_PBKDF2, pbkdf2_sha256),
    _of_passlib(r"\$pbkdf2-sha512\$ROUNDS\$[./A-Za-z0-9]{0,86}\$[./A-Za-z0-9]{86}", 1, MOST_PBKDF2, pbkdf2_sha512),
    _of_passlib(
        r"\$5\$(?:rounds=ROUNDS\$)?[./A-Za-z0-9]{0,16}\$[./A-Za-z0-9]{43}",
        LEAST_SHA_CRYPT,
        MOST_SHA_CRYPT,
        sha256_crypt,
    ),
    _of_passlib(
        r"\$6\$(?:rounds=ROUNDS\$)?[./A-Za-z0-9]{0,16}\$[./A-Za-z0-9]{86}",
        LEAST_SHA_CRYPT,
        MOST_SHA_CRYPT,
        sha512_crypt,
    ),
    _scheme(
        r"\$argon2(?:id|i|d)\$v=(?:16|19)\$m=(?P<m>[0-9]{1,10}),t=(?P<t>[0-9]{1,10}),p=(?P<p>[0-9]{1,10})"
        r"\$[A-Za-z0-9+/]{11,64}\$[A-Za-z0-9+/]{22,128}",
        _check_argon2,
        None,
    ),
)
"""argon2 is verified by `passwords.py`, as our own."""
