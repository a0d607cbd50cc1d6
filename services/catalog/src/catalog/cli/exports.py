"""`catalog export`."""

import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO

import click
from pydantic import TypeAdapter, ValidationError

from catalog.cli.progress import bar_on_stderr
from catalog.cli.store import opened
from catalog.formats import FORMATS, of_file
from catalog.schemas.lists import PriceBound
from catalog.schemas.products import ProductOut
from catalog.settings import CatalogSettings
from catalog.use_cases.exports import Selection, count, export
from quartet.database import Database
from quartet.problems import broken_rules
from quartet.settings import load


def _price(_context: click.Context, _parameter: click.Parameter, text: str | None) -> Decimal | None:
    try:
        return None if text is None else TypeAdapter(PriceBound).validate_python(text)
    except ValidationError as error:
        raise click.BadParameter(broken_rules(error)[0].message) from None


@click.command("export")
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True))
@click.option("--format", "name", type=click.Choice(list(FORMATS)), help="By default what FILE ends in, else ndjson.")
@click.option("--owner", type=click.UUID, help="Only the products of this user, by subject.")
@click.option("--min-price", callback=_price, help="Only those that cost as much, or more.")
@click.option("--max-price", callback=_price, help="Only those that cost as much, or less.")
def export_products(
    file: str, name: str | None, owner: uuid.UUID | None, min_price: Decimal | None, max_price: Decimal | None
) -> None:
    """Write products to FILE (- for stdout), the oldest first; `catalog import` takes what this writes.

    FILE appears when it is whole: what is there before stays until then.
    """
    wanted = Selection(str(owner) if owner else None, min_price, max_price)
    format_ = FORMATS[name] if name else of_file(file) or FORMATS["ndjson"]
    with (
        opened(load(CatalogSettings)) as database,
        bar_on_stderr(count(database, wanted), "Exporting") as bar,
        _out(file) as out,
    ):
        out.writelines(format_.write(_rows(database, wanted, lambda: bar.update(1))))


@contextmanager
def _out(file: str) -> Iterator[BinaryIO]:
    """Yield what to write to; FILE is replaced at the end, if that comes."""
    if file == "-":
        yield sys.stdout.buffer
        return
    part = Path(f"{file}.part")
    try:
        with part.open("wb") as out:
            yield out
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)


def _rows(database: Database, wanted: Selection, tell: Callable[[], None]) -> Iterator[dict[str, Any]]:
    for product in export(database, wanted):
        yield ProductOut.of(product).model_dump()
        tell()
