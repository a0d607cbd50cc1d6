"""Password hashes of other systems: known, bounded, and replaced at the first login."""

import hashlib
from base64 import b64encode

import bcrypt
import pytest
from argon2 import PasswordHasher, Type
from passlib.hash import (  # type: ignore[import-untyped]
    bcrypt_sha256,
    pbkdf2_sha1,
    pbkdf2_sha256,
    pbkdf2_sha512,
    sha256_crypt,
    sha512_crypt,
)
from sqlalchemy import select, update
from werkzeug.security import generate_password_hash

from auth import foreign_hashes
from auth.foreign_hashes import bounds
from auth.models import User
from auth.passwords import Passwords
from services.auth.tests.api import PASSWORD, Api

PASSWORDS = Passwords(1)


def made(password: str) -> dict[str, str]:
    """Return hashes of a password as the libraries of other systems make them, cheap ones."""
    typed = password.encode()
    return {
        "werkzeug pbkdf2": generate_password_hash(password, "pbkdf2:sha256:1000"),
        "werkzeug pbkdf2 sha1": generate_password_hash(password, "pbkdf2:sha1:1000", 8),
        "werkzeug pbkdf2 sha512": generate_password_hash(password, "pbkdf2:sha512:1000"),
        "werkzeug scrypt": generate_password_hash(password, "scrypt:1024:8:1"),
        "bcrypt 2a": bcrypt.hashpw(typed[:72], bcrypt.gensalt(4, b"2a")).decode(),
        "bcrypt 2b": bcrypt.hashpw(typed[:72], bcrypt.gensalt(4)).decode(),
        "bcrypt 2y": bcrypt.hashpw(typed[:72], bcrypt.gensalt(4)).decode().replace("$2b$", "$2y$"),
        "bcrypt-sha256": bcrypt_sha256.using(rounds=4).hash(password),
        "passlib pbkdf2": pbkdf2_sha1.using(rounds=1000).hash(password),
        "passlib pbkdf2 sha256": pbkdf2_sha256.using(rounds=1000).hash(password),
        "passlib pbkdf2 sha512": pbkdf2_sha512.using(rounds=1000).hash(password),
        "sha256-crypt": sha256_crypt.using(rounds=1000).hash(password),
        "sha512-crypt": sha512_crypt.using(rounds=5000).hash(password),
        "argon2i": PasswordHasher(1, 64, 1, type=Type.I).hash(password),
        "argon2d": PasswordHasher(1, 64, 1, type=Type.D).hash(password),
        "argon2id": PasswordHasher(1, 64, 1).hash(password),
    }


LITERAL = {
    "bcrypt, of its makers": ("U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"),
    "sha256-crypt, of glibc": ("Hello world!", "$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5"),
    "sha512-crypt, of glibc": (
        "Hello world!",
        "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1",
    ),
    "pbkdf2-sha256 of passlib, by hashlib": (
        "passwd",
        "$pbkdf2-sha256$1$c2FsdA$"
        + b64encode(hashlib.pbkdf2_hmac("sha256", b"passwd", b"salt", 1)).decode().rstrip("=").replace("+", "."),
    ),
    "pbkdf2-sha256, of RFC 7914": (
        "passwd",
        "pbkdf2:sha256:1$salt$55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc",
    ),
}


@pytest.mark.parametrize("kind", made(PASSWORD))
def test_a_hash_of_another_system_is_verified_and_never_longer_than_its_column(kind: str) -> None:
    for password in ("pässword £", "x" * 100):
        password_hash = made(password)[kind]
        foreign_hashes.check(password_hash)
        assert len(password_hash) <= 255
        with PASSWORDS.slot() as slot:
            assert slot.matches(password, password_hash)
            assert not slot.matches("not the password", password_hash)
        assert PASSWORDS.is_outdated(password_hash)


@pytest.mark.parametrize("kind", LITERAL)
def test_a_published_hash_is_verified(kind: str) -> None:
    password, password_hash = LITERAL[kind]
    foreign_hashes.check(password_hash)
    with PASSWORDS.slot() as slot:
        assert slot.matches(password, password_hash)
        assert not slot.matches(f"{password}!", password_hash)


@pytest.mark.parametrize("kind", ["werkzeug pbkdf2", "bcrypt 2b", "sha512-crypt", "argon2id"])
def test_what_was_hashed_as_typed_is_found_composed_or_not(kind: str) -> None:
    for typed in ("caf\u00e9 au lait", "cafe\u0301 au lait"):
        with PASSWORDS.slot() as slot:
            assert slot.matches(typed, made(typed)[kind])


@pytest.mark.parametrize("kind", made(PASSWORD))
def test_no_password_makes_a_hash_fail(kind: str) -> None:
    password_hash = made(PASSWORD)[kind]
    with PASSWORDS.slot() as slot:
        for password in ("\0", "a\0b", "x" * 256, "\U0001f511" * 256, " "):
            assert not slot.matches(password, password_hash)


def _b64(length: int) -> str:
    return b64encode(bytes(length)).decode().rstrip("=")


BCRYPT_DIGITS = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
SHA_CRYPT_DIGITS = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
B64_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def _padded(password_hash: str, at: int, digits: str, bit: int) -> str:
    """Set a bit of one character that belongs to no byte."""
    at %= len(password_hash)
    changed = digits[digits.index(password_hash[at]) ^ bit]
    assert changed != password_hash[at]
    return password_hash[:at] + changed + password_hash[at + 1 :]


def unmatchable(password: str) -> dict[str, str]:
    """Return hashes of a password that look whole, but that their library matches with no password."""
    of = made(password)
    return {
        "bcrypt rounds of one digit": of["bcrypt 2b"].replace("$04$", "$4$"),
        "bcrypt rounds of three digits": of["bcrypt 2b"].replace("$04$", "$004$"),
        "bcrypt salt": _padded(of["bcrypt 2b"], 28, BCRYPT_DIGITS, 1),
        "bcrypt sum": _padded(of["bcrypt 2y"], -1, BCRYPT_DIGITS, 1),
        "sha256-crypt sum": _padded(of["sha256-crypt"], -1, SHA_CRYPT_DIGITS, 16),
        "sha512-crypt sum": _padded(of["sha512-crypt"], -1, SHA_CRYPT_DIGITS, 4),
        "sha256-crypt rounds": of["sha256-crypt"].replace("=1000", "=01000"),
        "argon2 sum": _padded(of["argon2id"], -1, B64_DIGITS, 1),
        "argon2 salt": _padded(of["argon2id"], of["argon2id"].rindex("$") - 1, B64_DIGITS, 1),
        "argon2 memory": of["argon2id"].replace("m=64", "m=064"),
    }


@pytest.mark.parametrize("kind", unmatchable(PASSWORD))
def test_a_hash_that_no_password_matches_is_refused_and_yet_no_password(kind: str) -> None:
    password_hash = unmatchable(PASSWORD)[kind]
    with PASSWORDS.slot() as slot:
        assert not slot.matches(PASSWORD, password_hash)
    with pytest.raises(ValueError, match=bounds.UNKNOWN):
        foreign_hashes.check(password_hash)
    assert foreign_hashes.is_hash(password_hash)


EXPENSIVE = [
    f"pbkdf2:sha256:2147483648$salt${'0' * 64}",
    f"pbkdf2:sha256:3000001$salt${'0' * 64}",
    f"scrypt:1073741824:8:1$salt${'0' * 128}",
    f"scrypt:32768:64:1$salt${'0' * 128}",
    f"scrypt:32768:8:1000$salt${'0' * 128}",
    f"$2b$15${'.' * 53}",
    f"$2b$31${'.' * 53}",
    f"$bcrypt-sha256$v=2,t=2b,r=31${'.' * 22}${'.' * 31}",
    f"$pbkdf2-sha256$2147483648$c2FsdA${'.' * 43}",
    f"$pbkdf2-sha512$9999999999$c2FsdA${'.' * 86}",
    f"$6$rounds=999999999$salt${'.' * 86}",
    f"$5$rounds=1000001$salt${'.' * 43}",
    f"$argon2id$v=19$m=4194304,t=1,p=1${_b64(16)}${_b64(32)}",
    f"$argon2id$v=19$m=65536,t=1000000,p=1${_b64(16)}${_b64(32)}",
    f"$argon2id$v=19$m=65536,t=1,p=64${_b64(16)}${_b64(32)}",
]
BROKEN = [
    "",
    "password",
    "plain$salt$password",
    f"sha256$salt${'0' * 64}",
    f"md5$salt${'0' * 32}",
    "5f4dcc3b5aa765d61d8327deb882cf99",
    "$1$salt$qJH7.N4xYta3aEG/dfqo/0",
    f"pbkdf2:sha256$salt${'0' * 64}",
    f"pbkdf2:sha256:0$salt${'0' * 64}",
    f"pbkdf2:sha256:-1$salt${'0' * 64}",
    f"pbkdf2:sha256:1000$salt${'0' * 63}",
    f"pbkdf2:sha256:1000$salt${'0' * 64}\n",
    f"pbkdf2:shake_128:1000$salt${'0' * 64}",
    f"pbkdf2:sha256:\u0661000$salt${'0' * 64}",
    f"scrypt:1000:8:1$salt${'0' * 128}",
    f"scrypt:0:8:1$salt${'0' * 128}",
    f"scrypt:1024:0:1$salt${'0' * 128}",
    f"$2x$04${'.' * 53}",
    f"$2b$03${'.' * 53}",
    f"$2b$04${'.' * 52}",
    f"$6$rounds=999$salt${'.' * 86}",
    f"$6$salt${'.' * 85}",
    f"$argon2id$v=19$m=1,t=1,p=1${_b64(16)}${_b64(32)}",
    f"$argon2id$v=19$m=65536,t=1,p=0${_b64(16)}${_b64(32)}",
    f"$argon2id$v=19$m=65536,t=0,p=1${_b64(16)}${_b64(32)}",
    f"$argon2id$v=19$m=65536,t=1,p=1${_b64(4)}${_b64(32)}",
]


@pytest.mark.parametrize("password_hash", [*EXPENSIVE, *BROKEN])
def test_a_hash_that_is_unknown_broken_or_too_expensive_is_refused(password_hash: str) -> None:
    expected = bounds.TOO_EXPENSIVE if password_hash in EXPENSIVE else bounds.UNKNOWN
    with pytest.raises(ValueError, match=expected):
        foreign_hashes.check(password_hash)


def test_what_is_no_hash_at_all_matches_no_password_and_is_the_work_of_nobodys() -> None:
    with PASSWORDS.slot() as slot:
        assert not slot.matches(PASSWORD, "garbage")
        assert not slot.matches("the password of nobody", None)
    assert PASSWORDS.is_outdated("garbage")


@pytest.mark.parametrize("kind", ["werkzeug scrypt", "bcrypt 2b", "sha256-crypt", "argon2i"])
def test_the_first_login_replaces_the_hash(api: Api, kind: str) -> None:
    api.user("ada")
    with api.resources.database.writing() as session:
        session.execute(update(User).values(password_hash=made(PASSWORD)[kind]))
        session.commit()
    assert api.log_in("ada", "not the password").get_json()["code"] == "invalid_credentials"
    assert api.log_in("ada").status_code == 200
    with api.resources.database.reading() as session:
        (new,) = session.scalars(select(User.password_hash))
    assert new.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert api.log_in("ada").status_code == 200
