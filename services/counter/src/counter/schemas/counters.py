"""One counter, what is added to it, and lists of counters."""

from typing import Annotated

from pydantic import Field

from counter.names import LETTER, LONGEST
from counter.searches import CountersByName
from quartet.paging import cursor_of
from quartet.schemas import AnyWholeNumber, Input, Output, Query

LARGEST_STEP = 2**31


class Increment(Input):
    by: Annotated[int, Field(ge=-LARGEST_STEP, le=LARGEST_STEP), AnyWholeNumber] = 1


class CounterOut(Output):
    name: str
    value: int = Field(json_schema_extra={"format": "int64"})


class CounterQuery(Query):
    limit: int = Field(20, ge=1, le=100, description="The most counters that a page may have.")
    prefix: str = Field("", pattern=rf"^{LETTER}{{0,{LONGEST}}}$", description="What their names begin with.")
    cursor: Annotated[CountersByName, *cursor_of(CountersByName)] | None = None


class CounterPage(Output):
    items: list[CounterOut]
    next_cursor: str | None = Field(description="Leads to the next page; null on the last one.")
