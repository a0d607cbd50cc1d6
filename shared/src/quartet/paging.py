"""Keyset paging: a cursor names the last item of a page, and the next page begins below it."""

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, Literal, Self, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LAST_MICROSECOND = 253_402_300_799_999_999  # of the year 9999
LARGEST_ID = 2**63 - 1
LONGEST = 512  # characters of a cursor

Item = TypeVar("Item")
Place = TypeVar("Place", bound="Cursor")


class Cursor(BaseModel):
    """Where a page ended. Each kind names its order, so that none can be carried into another one."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    def __str__(self) -> str:
        return base64.urlsafe_b64encode(self.model_dump_json().encode()).rstrip(b"=").decode()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what `str` wrote; raises ValueError for any other text."""
        try:
            cursor = cls.model_validate_json(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_"))
        except ValueError:
            cursor = None
        if cursor is None or str(cursor) != text:
            raise ValueError("is no cursor of this list")
        return cursor


class ByTime(Cursor):
    """A place in a list by the time of making; the id parts those of one moment."""

    sort: str = ""  # which way round
    microseconds: int = Field(ge=0, le=LAST_MICROSECOND)
    id: int = Field(ge=1, le=LARGEST_ID)

    @classmethod
    def after(cls, created_at: datetime, item_id: int) -> Self:
        return cls(microseconds=(created_at - EPOCH) // timedelta(microseconds=1), id=item_id)

    @property
    def created_at(self) -> datetime:
        return EPOCH + timedelta(microseconds=self.microseconds)


class NewestFirst(ByTime):
    sort: Literal["-created_at"] = "-created_at"


class OldestFirst(ByTime):
    sort: Literal["created_at"] = "created_at"


@dataclass(frozen=True)
class Page(Generic[Item, Place]):
    """Some items; `next` leads to those that follow, if there are any."""

    items: list[Item]
    next: Place | None

    @classmethod
    def of(cls, found: Sequence[Item], limit: int, place: Callable[[Item], Place]) -> Self:
        """Return the page of at most `limit` items; `found` holds one more where there are more."""
        items = list(found[:limit])
        return cls(items, place(items[-1]) if len(found) > limit else None)


def cursor_of(*kinds: type[Cursor]) -> tuple[Any, ...]:
    """Return what makes a member of a query a cursor of one of these kinds: `Annotated[Kind, *cursor_of(Kind)]`."""

    def parse(text: str) -> Cursor:
        for kind in kinds if len(text) <= LONGEST else ():
            try:
                return kind.parse(text)
            except ValueError:
                continue
        raise ValueError("is no cursor of this list")

    return (
        BeforeValidator(parse),
        WithJsonSchema(
            {"type": "string", "maxLength": LONGEST, "description": "The `next_cursor` of the page before."}
        ),
    )
