"""Keyset paging: a cursor names the last product of a page, and the next page begins below it."""

import base64
from datetime import UTC, datetime, timedelta
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LAST_MICROSECOND = 253_402_300_799_999_999  # of the year 9999
LARGEST_ID = 2**63 - 1


class Cursor(BaseModel):
    """Where a page ended. It names its order, so that it cannot be carried into another one."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    sort: Literal["-created_at"] = "-created_at"
    microseconds: int = Field(ge=0, le=LAST_MICROSECOND)
    id: int = Field(ge=1, le=LARGEST_ID)

    @classmethod
    def after(cls, created_at: datetime, product_id: int) -> Self:
        return cls(microseconds=(created_at - EPOCH) // timedelta(microseconds=1), id=product_id)

    @property
    def created_at(self) -> datetime:
        return EPOCH + timedelta(microseconds=self.microseconds)

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
