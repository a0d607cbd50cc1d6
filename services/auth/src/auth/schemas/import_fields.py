"""The fields of a user that a file tells of, each read from its text; ValueError says what is wrong, not the value."""

import re
from datetime import UTC, datetime
from typing import Any

from auth import addresses, foreign_hashes, password_rules, usernames
from quartet.errors import InvalidInput

YES, NO = ("true", "yes", "1", "t", "y"), ("false", "no", "0", "f", "n")
ROLES: tuple[str, ...] = ("user", "admin")
UNREADABLE = re.compile("[\x00\ud800-\udfff]")


def check_readable(value: Any) -> None:
    """Return when every text, alone or in a list, is one that can be stored."""
    texts = value if isinstance(value, list) else [value]
    if any(isinstance(text, str) and UNREADABLE.search(text) for text in texts):
        raise ValueError("must be UTF-8, without NUL and halves of surrogate pairs")


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("must be a text")
    return value


def username(value: Any) -> str:
    return usernames.read(_text(value))


def email(value: Any) -> str:
    if len(_text(value)) > addresses.LONGEST:
        raise ValueError(f"must have at most {addresses.LONGEST} characters")
    try:
        return addresses.read(value)
    except ValueError:
        raise ValueError("must be an e-mail address that mail can be sent to") from None  # the reason may repeat it


def password(value: Any) -> str:
    if foreign_hashes.is_hash(_text(value)):
        raise ValueError("is a hash; call the column password_hash")
    password_rules.check_length(value, 1)
    return str(value)


def password_hash(value: Any) -> str:
    foreign_hashes.check(_text(value))
    return str(value)


def truth(value: Any) -> bool:
    said = str(value).strip().lower()
    if not isinstance(value, bool | int | str) or said not in (*YES, *NO):
        raise ValueError(f"must be one of {', '.join((*YES, *NO))}")
    return said in YES


def roles(value: Any) -> tuple[str, ...]:
    said = value if isinstance(value, list) else re.split("[ ,;|]+", _text(value).strip())
    if not all(isinstance(role, str) and role in ROLES for role in said):
        raise ValueError(f"must be of {' and '.join(ROLES)}")
    return tuple(role for role in ROLES if role == "user" or role in said)


def moment(value: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(_text(value).strip())
        moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise ValueError("must be a moment such as 2026-11-21T09:30:00Z") from None
    if not datetime(1990, 1, 1, tzinfo=UTC) <= moment <= datetime.now(UTC):
        raise ValueError("must be a moment between 1990 and now")
    return moment


def weakness(password: str | None, username: str, email: str | None) -> str | None:
    """Return the rule for new passwords that one which is taken all the same breaks."""
    if password is None:
        return None
    try:
        password_rules.require_good(password, username, email)
    except InvalidInput as error:
        return error.errors[0].message
    return None
