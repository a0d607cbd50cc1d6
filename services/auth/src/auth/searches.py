"""What admins look for, as use cases and queries are told; what is None does not matter."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pydantic import Field

from quartet.paging import LARGEST_ID, Cursor

UserOrder = Literal["-id", "username"]


@dataclass(frozen=True)
class UserSearch:
    """`q` is a part of the name or of the e-mail, case does not count; queries get its key."""

    q: str | None = None
    role: str | None = None
    disabled: bool | None = None
    confirmed: bool | None = None
    sort: UserOrder = "-id"


class NewestUsers(Cursor):
    """A place in the list of users, the newest first."""

    sort: Literal["-id"] = "-id"
    id: int = Field(ge=1, le=LARGEST_ID)


class UsersByName(Cursor):
    """A place in the list of users by name."""

    sort: Literal["username"] = "username"
    key: str = Field(min_length=1, max_length=64)


UserPlace = NewestUsers | UsersByName


@dataclass(frozen=True)
class AuditSearch:
    """`actor` and `target` are subjects; from `since` on, before `until`."""

    actor: str | None = None
    target: str | None = None
    action: str | None = None
    since: datetime | None = None
    until: datetime | None = None
