"""The unique visitors of a counter."""

from datetime import date
from typing import Self

from pydantic import Field

from counter.schemas.spans import Spanning
from counter.spans import Counts, Unit
from quartet.schemas import Input, Output, Text

ESTIMATED = "An estimate; its standard error is 0.81 %."


class Visitor(Input):
    visitor: Text = Field(
        min_length=1, max_length=200, description="Whatever tells visitors apart. The store gets a digest of it alone."
    )


class UniqueOut(Output):
    name: str
    today: int = Field(description=f"Unique visitors of this day in UTC. {ESTIMATED}")
    total: int = Field(description=f"Unique visitors in all. {ESTIMATED}")


class VisitorDay(Output):
    date: date
    visitors: int = Field(description=ESTIMATED)


class VisitorsOut(Spanning):
    name: str
    total: int = Field(description=f"Unique visitors in all, also of days that are kept no longer. {ESTIMATED}")
    start: date = Field(validation_alias="from", serialization_alias="from")
    end: date = Field(validation_alias="to", serialization_alias="to", description="The day after the last one.")
    days: list[VisitorDay]

    @classmethod
    def of(cls, name: str, total: int, found: Counts) -> Self:
        days = [
            VisitorDay(date=Unit.DAY.begin(number).date(), visitors=visitors)
            for number, visitors in enumerate(found.counts, found.start)
        ]
        start, end = (Unit.DAY.begin(number).date() for number in (found.start, found.end))
        return cls(name=name, total=total, start=start, end=end, days=days)
