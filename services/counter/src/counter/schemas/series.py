"""What was added to a counter in each hour and each day."""

from datetime import datetime
from typing import Literal, Self

from pydantic import Field

from counter.schemas.spans import Spanning, SpanQuery
from counter.spans import Counts, Unit
from quartet.schemas import Output

UNITS = {"hour": Unit.HOUR, "day": Unit.DAY}


class SeriesQuery(SpanQuery):
    unit: Literal["hour", "day"] = Field("hour", description="Hours and days are those of UTC.")


class Point(Output):
    at: datetime = Field(description="When the hour or day begins.")
    sum: int = Field(description="What all increments in it came to.", json_schema_extra={"format": "int64"})


class SeriesOut(Spanning):
    name: str
    unit: str
    start: datetime = Field(validation_alias="from", serialization_alias="from")
    end: datetime = Field(validation_alias="to", serialization_alias="to", description="When the last one ends.")
    points: list[Point]

    @classmethod
    def of(cls, name: str, unit: str, found: Counts) -> Self:
        begin = UNITS[unit].begin
        points = [Point(at=begin(number), sum=added) for number, added in enumerate(found.counts, found.start)]
        return cls(name=name, unit=unit, start=begin(found.start), end=begin(found.end), points=points)
