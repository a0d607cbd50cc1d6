"""Exports: what can be asked."""

from typing import Literal

from pydantic import Field

from catalog.schemas.lists import SUBJECT, PriceBound
from quartet.schemas import Query


class ExportQuery(Query):
    format: Literal["ndjson", "csv"] | None = Field(None, description="Instead of what Accept asks for.")
    owner: str | None = Field(None, pattern=SUBJECT, description="Only the products of this owner, by subject.")
    min_price: PriceBound | None = Field(None, description="Only those that cost as much, or more.")
    max_price: PriceBound | None = Field(None, description="Only those that cost as much, or less.")
