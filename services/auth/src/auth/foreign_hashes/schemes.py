"""How Werkzeug, bcrypt, passlib and argon2-cffi write a hash, and who verifies it."""

import re
from collections.abc import Callable
from dataclasses import dataclass

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

from auth.foreign_hashes.bounds import (
    LEAST_BCRYPT,
    LEAST_SHA_CRYPT,
    MOST_BCRYPT,
    MOST_PBKDF2,
    MOST_SHA_CRYPT,
    Handler,
    check_argon2,
    check_bcrypt,
    check_scrypt,
    check_werkzeug_pbkdf2,
    rounds,
)

BCRYPT_READS = 72
"""Bytes of a password; the libraries of old left the others out, today's refuses them."""


@dataclass(frozen=True)
class Scheme:
    """One way to write a hash; the pattern takes also broken ones, for which `check` raises ValueError.

    So a broken hash in the place of a password is known for what it is, and is not taken for a password.
    """

    pattern: re.Pattern[str]
    check: Callable[[re.Match[str]], None]
    verify: Callable[[str, str], bool] | None


def _verify_bcrypt(password: str, password_hash: str) -> bool:
    return bcrypt.checkpw(password.encode()[:BCRYPT_READS], password_hash.encode())


def _scheme(pattern: str, check: Callable[[re.Match[str]], None], verify: Callable[[str, str], bool] | None) -> Scheme:
    return Scheme(re.compile(pattern.replace("ROUNDS", r"(?P<rounds>[0-9]{1,10})"), re.ASCII), check, verify)


def _of_passlib(pattern: str, least: int, most: int, handler: Handler, ends: str = ".") -> Scheme:
    return _scheme(pattern, rounds(least, most, handler, ends), handler.verify)


def _werkzeug(password: str, password_hash: str) -> bool:
    return check_password_hash(password_hash, password)


SALT = r"\$[A-Za-z0-9./+=_-]{1,64}\$"

SCHEMES = (
    _scheme(
        rf"pbkdf2:(?P<name>sha(?:1|224|256|384|512)):ROUNDS{SALT}(?P<hash>[0-9a-f]+)",
        check_werkzeug_pbkdf2,
        _werkzeug,
    ),
    _scheme(
        rf"scrypt:(?P<n>[0-9]{{1,10}}):(?P<r>[0-9]{{1,10}}):(?P<p>[0-9]{{1,10}}){SALT}[0-9a-f]{{128}}",
        check_scrypt,
        _werkzeug,
    ),
    _scheme(r"\$2[aby]\$ROUNDS\$[./A-Za-z0-9]{53}", check_bcrypt, _verify_bcrypt),
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
        "[./0-9A-D]",
    ),
    _of_passlib(
        r"\$6\$(?:rounds=ROUNDS\$)?[./A-Za-z0-9]{0,16}\$[./A-Za-z0-9]{86}",
        LEAST_SHA_CRYPT,
        MOST_SHA_CRYPT,
        sha512_crypt,
        "[./01]",
    ),
    _scheme(
        r"\$argon2(?:id|i|d)\$v=(?:16|19)\$m=(?P<m>[0-9]{1,10}),t=(?P<t>[0-9]{1,10}),p=(?P<p>[0-9]{1,10})"
        r"\$(?P<salt>[A-Za-z0-9+/]{11,64})\$(?P<hash>[A-Za-z0-9+/]{22,128})",
        check_argon2,
        None,
    ),
)
"""argon2 is verified by `passwords.py`, as our own."""
