"""Exports: what can be asked."""

from typing import Literal

from pydantic import Field

from catalog.schemas.lists import SUBJECT, PriceRange


class ExportQuery(PriceRange):
    format: Literal["ndjson", "csv"] | None = Field(None, description="Instead of what Accept asks for.")
    owner: str | None = Field(None, pattern=SUBJECT, description="Only the products of this owner, by subject.")
