"""Spans of time, in whole hours or days of UTC."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Self

from quartet.errors import FieldError, InvalidInput

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MOST_POINTS = 1000


class Unit(Enum):
    """An hour or a day; the value is its seconds. Each is known by its number since 1970."""

    HOUR = 3600
    DAY = 86400

    @property
    def shown(self) -> int:
        """How many are shown to who does not say from when on."""
        return 24 if self is Unit.HOUR else 30

    def begin(self, number: int) -> datetime:
        """Return when that hour or day begins."""
        return EPOCH + timedelta(seconds=number * self.value)


@dataclass(frozen=True)
class Span:
    """From one hour or day to before another; None: as the present moment has it."""

    start: int | None = None
    end: int | None = None

    @classmethod
    def of(cls, unit: Unit, start: datetime | None, end: datetime | None) -> Self:
        """Return the whole hours or days that begin before `end` and end after `start`."""
        length = timedelta(seconds=unit.value)
        return cls(
            None if start is None else (start - EPOCH) // length,
            None if end is None else -((EPOCH - end) // length),
        )


@dataclass(frozen=True)
class Counts:
    """What was counted in each hour or day from `start` on."""

    start: int
    counts: list[int]

    @property
    def end(self) -> int:
        return self.start + len(self.counts)


class SpanTooLong(InvalidInput):
    def __init__(self) -> None:
        super().__init__(FieldError("from", f"A series has at most {MOST_POINTS} points; ask for a shorter span"))
