"""Exports: what can be asked."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from catalog.money import INTEGER, amount
from quartet.schemas import Query
from quartet.wire import read_json


def _amount(text: str) -> Decimal:
    try:
        return amount(read_json(text))
    except ValueError as error:
        raise ValueError("must be a number") from error


PriceBound = Annotated[
    Decimal,
    BeforeValidator(_amount),
    WithJsonSchema({"type": "number", "minimum": 0, "exclusiveMaximum": 10**INTEGER, "examples": [9.99]}),
]


class ExportQuery(Query):
    format: Literal["ndjson", "csv"] | None = Field(None, description="Instead of what Accept asks for.")
    owner: str | None = Field(None, max_length=36, description="Only the products of this owner, by subject.")
    min_price: PriceBound | None = Field(None, description="Only those that cost as much, or more.")
    max_price: PriceBound | None = Field(None, description="Only those that cost as much, or less.")
