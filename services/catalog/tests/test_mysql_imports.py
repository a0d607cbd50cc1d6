"""Imports on MySQL, which tells one id of many: the others are reckoned, and must be right."""

import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from catalog.models import Product
from catalog.report import Report
from catalog.use_cases.imports import BATCH_LINES, Importer, Line, create_all
from quartet.database import Database
from quartet.migrations import migrate

pytestmark = pytest.mark.containers

CALLERS = 2
BATCHES = 2


@pytest.fixture
def database(mysql_url: str) -> Iterator[Database]:
    migrate(mysql_url, "catalog")
    database = Database(mysql_url)
    yield database
    database.engine.dispose()


def offer(name: str) -> dict[str, object]:
    return {"name": name, "price": 1, "description": "'\"\\%s🫖", "currency": "USD"}


def names_of(database: Database, ids: list[int]) -> list[str]:
    with database.reading() as session:
        found = {each.id: each.name for each in session.scalars(select(Product).where(Product.id.in_(ids)))}
    return [found[each] for each in ids]


@pytest.mark.parametrize("step", [1, 7])
def test_every_id_is_that_of_its_row_while_others_insert(database: Database, step: int) -> None:
    with database.engine.connect() as connection:
        connection.execute(text(f"SET GLOBAL auto_increment_increment = {step}"))
    database.engine.dispose()

    def wrong_ones(caller: int) -> list[str]:
        """Insert some batches, and return the names that are not where they were said to be."""
        wrong = []
        for batch in range(BATCHES):
            names = [f"{caller}.{batch}.{number}" for number in range(BATCH_LINES)]
            ids = create_all(database, str(uuid.uuid4()), "ada", [offer(each) for each in names])
            found = names_of(database, ids)
            wrong += [name for name, there in zip(names, found, strict=True) if name != there]
        return wrong

    try:
        with ThreadPoolExecutor(CALLERS) as pool:
            assert [name for names in pool.map(wrong_ones, range(CALLERS)) for name in names] == []
    finally:
        with database.engine.connect() as connection:
            connection.execute(text("SET GLOBAL auto_increment_increment = 1"))
    with database.reading() as session:
        assert session.scalars(select(func.count()).select_from(Product)).one() == CALLERS * BATCHES * BATCH_LINES


def test_a_batch_of_the_longest_products_is_stored(database: Database, tmp_path: Path) -> None:
    longest = {"name": "🫖" * 512, "price": 1, "description": "\\" * 10_000, "currency": "USD"}
    report = Report(tmp_path, dry_run=False)
    lines = [Line(number, 126_000, longest) for number in range(1, BATCH_LINES + 1)]
    Importer(database, str(uuid.uuid4()), "ada", BATCH_LINES).run(lines, report)
    assert report.created == BATCH_LINES
    report.close()
