"""One counter, and what is added to it."""

from typing import Annotated

from pydantic import Field

from quartet.schemas import AnyWholeNumber, Input, Output

LARGEST_STEP = 2**31


class Increment(Input):
    by: Annotated[int, Field(ge=-LARGEST_STEP, le=LARGEST_STEP), AnyWholeNumber] = 1


class CounterOut(Output):
    name: str
    value: int
