"""Users, as admins see and change them."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import AfterValidator, Field, field_validator
from pydantic_core.core_schema import ValidationInfo

from auth.repository.users import PLAIN
from auth.schemas.accounts import UserOut
from auth.searches import NewestUsers, UserOrder, UserPlace, UsersByName
from auth.use_cases.users import Seen
from quartet.paging import cursor_of
from quartet.schemas import Changes, Flag, Output, Query, Text

MOST_ROLES = 10
LONGEST_ROLES = 255


def _roles(roles: list[str]) -> list[str]:
    """Return the roles in one order, that of everybody first."""
    whole = [PLAIN, *sorted(set(roles) - {PLAIN})]
    if len(set(roles)) < len(roles):
        raise ValueError("Each role may stand once")
    if len(whole) > MOST_ROLES or len(" ".join(whole)) > LONGEST_ROLES:
        raise ValueError(f"With the role {PLAIN} these are too many or too long")
    return whole


Role = Annotated[str, Field(min_length=1, max_length=32, pattern=r"^[a-z][a-z0-9_-]*$", examples=["admin"])]
Roles = Annotated[
    list[Role],
    Field(
        max_length=MOST_ROLES,
        description=f"All roles; `{PLAIN}`, which everybody has, may be left out.",
        json_schema_extra={"uniqueItems": True},
    ),
    AfterValidator(_roles),
]
UserCursor = Annotated[UserPlace, *cursor_of(NewestUsers, UsersByName)]


class UserQuery(Query):
    limit: int = Field(20, ge=1, le=100, description="The most users that a page may have.")
    q: Text | None = Field(None, min_length=1, max_length=254, description="A part of the user name or the e-mail.")
    role: Role | None = None
    disabled: Flag | None = None
    confirmed: Flag | None = Field(None, description="Whether the e-mail is confirmed.")
    sort: UserOrder = Field("-id", description="The newest first, or by name.")
    cursor: UserCursor | None = None

    @field_validator("cursor")
    @classmethod
    def _of_this_order(cls, cursor: UserPlace | None, info: ValidationInfo) -> UserPlace | None:
        if cursor is not None and cursor.sort != info.data.get("sort"):
            raise ValueError("is no cursor of this list")
        return cursor


class UserChanges(Changes):
    """What of a user shall change."""

    disabled: bool | None = None
    roles: Roles | None = None


class UserDetails(UserOut):
    subject: str = Field(examples=["0b5e7a52-4c0f-4f35-9d7c-6a1d3d5f8f10"])
    created_at: datetime
    disabled_at: datetime | None = Field(description="Since when the user may not log in.")
    last_seen_at: datetime | None = Field(description="When the user last got a token, as far as that is kept.")

    @classmethod
    def of_seen(cls, seen: Seen) -> Self:
        user = seen.user
        return cls(
            **UserOut.of(user).model_dump(),
            subject=user.subject,
            created_at=user.created_at,
            disabled_at=user.disabled_at,
            last_seen_at=seen.last_seen_at,
        )


class UserPage(Output):
    items: list[UserDetails]
    next_cursor: str | None = Field(description="Leads to the next page; null on the last one.")
