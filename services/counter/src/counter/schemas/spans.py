"""A span of time, as queries give it."""

import re
from datetime import UTC, datetime
from typing import Annotated

from pydantic import BeforeValidator, ConfigDict, Field, WithJsonSchema, field_validator
from pydantic_core.core_schema import ValidationInfo

from counter.spans import Span, Unit
from quartet.schemas import Output, Query

ISO_8601 = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d))?", re.ASCII)


def _moment(text: object) -> datetime:
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) and ISO_8601.fullmatch(text) else None
    except ValueError:
        moment = None
    if moment is None:
        raise ValueError("Input should be a date, or a moment such as 2026-11-21T09:30:00Z")
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


Moment = Annotated[
    datetime,
    BeforeValidator(_moment),
    WithJsonSchema(
        {
            "anyOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}],
            "maxLength": 32,
        }
    ),
]


class Spanning(Output):
    """An answer with the members `from` and `to`, which are no names in Python."""

    model_config = ConfigDict(populate_by_name=True)


class SpanQuery(Query):
    start: Moment | None = Field(None, alias="from", description="From the unit that holds this moment on.")
    end: Moment | None = Field(None, alias="to", description="Up to this moment: a unit that begins then is left out.")

    @field_validator("end")
    @classmethod
    def _after_the_start(cls, end: datetime | None, info: ValidationInfo) -> datetime | None:
        start = info.data.get("start")
        if end is not None and start is not None and end <= start:
            raise ValueError("Input should be later than `from`")
        return end

    def span(self, unit: Unit) -> Span:
        return Span.of(unit, self.start, self.end)
