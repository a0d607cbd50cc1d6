"""A user of another system, as a file tells of them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from auth import usernames
from auth.formats import WHOLE, Entry
from auth.schemas import import_fields
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
            import_fields.check_readable(said[column])
            return read(said[column])
        except ValueError as broken:
            errors.append(FieldError(column, str(broken)))
            return default

    username = of("username", import_fields.username, "")
    email = of("email", import_fields.email, None)
    password = of("password", import_fields.password, None)
    password_hash = of("password_hash", import_fields.password_hash, None)
    confirmed = of("email_confirmed", import_fields.truth, False)
    roles: tuple[str, ...] = of("roles", import_fields.roles, import_fields.ROLES[:1])
    created_at = of("created_at", import_fields.moment, None)
    errors += _missing(said)
    if username and "admin" not in roles and usernames.is_reserved(username):
        errors.append(FieldError("username", "This user name is reserved; only an admin may have it"))
    if errors:
        raise InvalidInput(*errors)
    weakness = import_fields.weakness(password, username, email)
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
