"""A user of another system, as a file tells of them."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

from auth import addresses, foreign_hashes, password_rules, usernames
from auth.formats import WHOLE, Entry
from quartet.errors import FieldError, InvalidInput

COLUMNS = {
    "username": ("user_name", "login"),
    "email": ("e_mail", "mail", "email_address"),
    "password": ("plain_password",),
    "password_hash": ("hashed_password", "pw_hash", "password_digest"),
    "email_confirmed": (
        *("is_email_confirmed", "email_verified", "is_email_verified", "confirmed", "is_confirmed"),
        *("verified", "is_verified", "activated", "is_activated"),
    ),
    "roles": ("role",),
    "created_at": ("created", "created_on", "registered_at", "registered_on", "date_joined"),
}
"""What a user has, and the names that other systems have for it."""
NAMES = {name: column for column, others in COLUMNS.items() for name in (column, *others)}

YES, NO = ("true", "yes", "1", "t", "y"), ("false", "no", "0", "f", "n")
ROLES: tuple[str, ...] = ("user", "admin")
UNREADABLE = re.compile("[\x00\ud800-\udfff]")

T = TypeVar("T")


@dataclass(frozen=True)
class Row:
    """One user to be made, or what is wrong; a representation of it says neither password nor hash."""

    line: int
    username: str = ""
    email: str | None = None
    password: str | None = field(default=None, repr=False)
    password_hash: str | None = field(default=None, repr=False)
    email_confirmed: bool = False
    roles: tuple[str, ...] = ()
    created_at: datetime | None = None
    errors: tuple[FieldError, ...] = ()
    weakness: str | None = None
    unknown: tuple[str, ...] = ()
    """Members that say nothing that a user has."""


def read_row(entry: Entry) -> Row:
    """Return the user that an entry tells of, or what is wrong with it; an error repeats no value."""
    if isinstance(entry.content, FieldError):
        return Row(entry.line, errors=(entry.content,))
    unknown = tuple(name for name in entry.content if _column(name) is None)
    try:
        row = _read(entry.line, _columns(entry.content), unknown)
    except InvalidInput as error:
        return Row(entry.line, errors=error.errors, unknown=unknown)
    return row


def _column(name: str) -> str | None:
    return NAMES.get(name.strip().lower().replace("-", "_").replace(" ", "_"))


def _columns(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is said under our names; an empty text says nothing."""
    said: dict[str, Any] = {}
    for name, value in content.items():
        column = _column(name)
        if column is None or value is None or value == "":
            continue
        if column in said:
            raise InvalidInput(FieldError(column, "stands twice, under two names"))
        said[column] = value
    return said


def _read(line: int, said: dict[str, Any], unknown: tuple[str, ...]) -> Row:
    errors: list[FieldError] = []

    def of(column: str, read: Callable[[Any], T], default: T) -> T:
        if column not in said:
            return default
        try:
            _readable(said[column])
            return read(said[column])
        except ValueError as broken:
            errors.append(FieldError(column, str(broken)))
            return default

    username = of("username", _username, "")
    email = of("email", _email, None)
    password = of("password", _password, None)
    password_hash = of("password_hash", _password_hash, None)
    confirmed = of("email_confirmed", _truth, False)
    roles: tuple[str, ...] = of("roles", _roles, ROLES[:1])
    created_at = of("created_at", _moment, None)
    errors += _missing(said)
    if username and "admin" not in roles and usernames.is_reserved(username):
        errors.append(FieldError("username", "This user name is reserved; only an admin may have it"))
    if errors:
        raise InvalidInput(*errors)
    weakness = _weakness(password, username, email)
    return Row(
        *(line, username, email, password, password_hash, confirmed, roles, created_at),
        weakness=weakness,
        unknown=unknown,
    )


def _missing(said: Mapping[str, Any]) -> Iterator[FieldError]:
    if not said:
        yield FieldError(WHOLE, "tells of no user")
        return
    if "username" not in said:
        yield FieldError("username", "must be there")
    if ("password" in said) == ("password_hash" in said):
        yield FieldError("password", "must be there and not empty, or else password_hash, and not both")


def _readable(value: Any) -> None:
    texts = value if isinstance(value, list) else [value]
    if any(isinstance(text, str) and UNREADABLE.search(text) for text in texts):
        raise ValueError("must be UTF-8, without NUL and halves of surrogate pairs")


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("must be a text")
    return value


def _username(value: Any) -> str:
    return usernames.read(_text(value))


def _email(value: Any) -> str:
    if len(_text(value)) > addresses.LONGEST:
        raise ValueError(f"must have at most {addresses.LONGEST} characters")
    try:
        return addresses.read(value)
    except ValueError:
        raise ValueError("must be an e-mail address that mail can be sent to") from None  # the reason may repeat it


def _password(value: Any) -> str:
    if foreign_hashes.is_hash(_text(value)):
        raise ValueError("is a hash; call the column password_hash")
    password_rules.check_length(value, 1)
    return str(value)


def _password_hash(value: Any) -> str:
    foreign_hashes.check(_text(value))
    return str(value)


def _truth(value: Any) -> bool:
    said = str(value).strip().lower()
    if not isinstance(value, bool | int | str) or said not in (*YES, *NO):
        raise ValueError(f"must be one of {', '.join((*YES, *NO))}")
    return said in YES


def _roles(value: Any) -> tuple[str, ...]:
    said = value if isinstance(value, list) else re.split("[ ,;|]+", _text(value).strip())
    if not all(isinstance(role, str) and role in ROLES for role in said):
        raise ValueError(f"must be of {' and '.join(ROLES)}")
    return tuple(role for role in ROLES if role == "user" or role in said)


def _moment(value: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(_text(value).strip())
        moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise ValueError("must be a moment such as 2026-11-21T09:30:00Z") from None
    if not datetime(1990, 1, 1, tzinfo=UTC) <= moment <= datetime.now(UTC):
        raise ValueError("must be a moment between 1990 and now")
    return moment


def _weakness(password: str | None, username: str, email: str | None) -> str | None:
    if password is None:
        return None
    try:
        password_rules.require_good(password, username, email)
    except InvalidInput as error:
        return error.errors[0].message
    return None
