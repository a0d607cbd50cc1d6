"""A user of another system, as a file tells of them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from auth import usernames
from auth.formats import WHOLE, Entry
from auth.formats.columns import column_of
from auth.schemas import import_fields
from quartet.errors import FieldError, InvalidInput

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
    """Members that say nothing that a user has; none where none names the user, for they may be values."""


def read_row(entry: Entry) -> Row:
    """Return the user that an entry tells of, or what is wrong with it; an error repeats no value."""
    if isinstance(entry.content, FieldError):
        return Row(entry.line, errors=(entry.content,))
    columns = {name: column_of(name) for name in entry.content}
    is_named = "username" in columns.values()
    unknown = tuple(name for name, column in columns.items() if column is None and is_named)
    try:
        return _read(entry.line, _columns(entry.content), unknown)
    except InvalidInput as error:
        return Row(entry.line, errors=error.errors, unknown=unknown)


def _columns(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is said under our names; an empty text says nothing."""
    said: dict[str, Any] = {}
    for name, value in content.items():
        column = column_of(name)
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
    return Row(
        line=line,
        username=username,
        email=email,
        password=password,
        password_hash=password_hash,
        email_confirmed=confirmed,
        roles=roles,
        created_at=created_at,
        weakness=import_fields.weakness(password, username, email),
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
