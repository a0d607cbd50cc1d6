"""Exports: what can be asked."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from catalog.money import INTEGER, amount
from quartet.schemas import Query
from quartet.wire import read_json


def read_amount(text: str) -> Decimal:
    """Return the amount that a text shows, digit for digit; raises ValueError."""
    try:
        number = read_json(text)
    except ValueError:
        raise ValueError("must be a number") from None
    return amount(number)


PriceBound = Annotated[
    Decimal,
    BeforeValidator(read_amount),
    WithJsonSchema({"type": "number", "minimum": 0, "exclusiveMaximum": 10**INTEGER, "examples": [9.99]}),
]


class ExportQuery(Query):
    format: Literal["ndjson", "csv"] | None = Field(None, description="Instead of what Accept asks for.")
    owner: str | None = Field(None, max_length=36, description="Only the products of this owner, by subject.")
    min_price: PriceBound | None = Field(None, description="Only those that cost as much, or more.")
    max_price: PriceBound | None = Field(None, description="Only those that cost as much, or less.")
