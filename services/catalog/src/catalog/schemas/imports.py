"""Imports: what can be asked, how a line is read, and the report."""

from typing import Any

from pydantic import Field, ValidationError

from catalog.currencies import check_price
from catalog.formats import WHOLE, Entry
from catalog.report import MOST_ERRORS
from catalog.schemas.products import NewProduct
from catalog.use_cases.imports import Line
from quartet.errors import FieldError, InvalidInput
from quartet.problems import broken_rules
from quartet.schemas import Flag, Output, Query


class ImportQuery(Query):
    dry_run: Flag = Field(False, description="Check every line and store nothing.")
    from_line: int = Field(
        1, ge=1, description="Leave out the lines before this one, as to go on where an import was interrupted."
    )


class LineError(Output):
    field: str = Field(description="`line` where none of its fields is at fault.", examples=["price"])
    message: str = Field(examples=["must not be negative"])


class LineReport(Output):
    line: int = Field(description="Number of the line in what was sent, the first is 1.", examples=[2])
    id: int = Field(0, description="Id of the product; where the line is good and was stored.", examples=[17])
    errors: list[LineError] = Field([], description="What is wrong with the line, the first eight; where it is bad.")


class ImportReport(Output):
    created: int = Field(description="Lines that became products; in a dry run, that would have.", examples=[1])
    failed: int = Field(description="Lines that are bad.", examples=[1])
    dry_run: bool = Field(examples=[False])
    lines: list[LineReport]


def read_line(entry: Entry) -> Line:
    """Return what an entry offers, checked as one that comes alone is; or what is wrong with it."""
    if entry.content is None or isinstance(entry.content, FieldError):
        return Line(entry.line, entry.size, None, (entry.content,) if entry.content else ())
    try:
        product = NewProduct.model_validate(_bounded(entry.content))
        check_price(product.price, product.currency)
    except ValidationError as error:
        return Line(entry.line, entry.size, None, tuple(broken_rules(error, WHOLE)))
    except InvalidInput as error:
        return Line(entry.line, entry.size, None, error.errors)
    return Line(entry.line, entry.size, product.model_dump())


def _bounded(members: dict[str, Any]) -> dict[str, Any]:
    """Return what is enough to tell what is wrong: each of thousands of unknown members would be complained of."""
    unknown = [name for name in members if name not in NewProduct.model_fields]
    for name in unknown[MOST_ERRORS:]:
        del members[name]
    return members
