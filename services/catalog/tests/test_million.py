"""A million products: page 10,000 is as much work as page 1, counted in what the database reads, not in time."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from catalog.models import Product
from catalog.repository import lists
from catalog.searches import Order, Place, ProductSearch, place_of
from catalog.use_cases import seeding
from quartet.database import Database
from quartet.migrations import migrate
from quartet.testing.mysql import MySQLServer, new_database
from services.catalog.tests.stock import SORTS

pytestmark = pytest.mark.slow

PRODUCTS = 1_000_000
OWNERS = 20
PAGE = 20
LATER = 10_000
AS_MUCH = 1.2
STEP = 10  # instructions of SQLite's machine that are counted as one


def rows_read(session: Session, work: Callable[[], object]) -> int:
    """Return how many entries of indexes and rows MySQL's storage engine is asked for."""
    session.execute(text("FLUSH STATUS"))
    work()
    return sum(int(value) for _, value in session.execute(text("SHOW SESSION STATUS LIKE 'Handler_read%'")))


def steps_done(session: Session, work: Callable[[], object]) -> int:
    """Return how many instructions SQLite's machine carries out, in STEPs."""
    steps = []
    driver = session.connection().connection.driver_connection
    assert driver is not None
    driver.set_progress_handler(lambda: steps.append(1), STEP)
    work()
    driver.set_progress_handler(None, STEP)
    return len(steps)


def fill(url: str) -> Database:
    migrate(url, "catalog")
    database = Database(url)
    seeding.make_owners(database, OWNERS)
    for first in range(0, PRODUCTS, 1000):
        seeding.add(database, range(first, first + 1000), OWNERS)
    return database


@pytest.fixture(scope="module")
def sqlite_million(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    folder: Path = tmp_path_factory.mktemp("million")
    database = fill(f"sqlite:///{folder / 'catalog.db'}")
    yield database
    database.engine.dispose()


@pytest.fixture(scope="module")
def mysql_million(mysql: MySQLServer) -> Iterator[Database]:
    with new_database(mysql) as url:
        database = fill(url)
        yield database
        database.engine.dispose()


@pytest.mark.parametrize("sort", SORTS)
def test_a_later_page_is_as_much_work_as_the_first_on_sqlite(sqlite_million: Database, sort: Order) -> None:
    first, later = work_of_pages(sqlite_million, sort, steps_done)
    assert later <= first * AS_MUCH


@pytest.mark.containers
@pytest.mark.parametrize("sort", SORTS)
def test_a_later_page_is_as_much_work_as_the_first_on_mysql(mysql_million: Database, sort: Order) -> None:
    first, later = work_of_pages(mysql_million, sort, rows_read)
    assert later <= first * AS_MUCH


@pytest.mark.containers
@pytest.mark.parametrize(("words", "most"), [(("t",), 4000), (("of", "made", "for"), 4000), (("teapot", "of"), 40_000)])
def test_a_search_on_mysql_reads_no_more_than_few_products_have_its_rarest_word(
    mysql_million: Database, words: tuple[str, ...], most: int
) -> None:
    with mysql_million.reading() as session:
        assert rows_read(session, lambda: lists.page(session, ProductSearch(words=words), PAGE + 1)) <= most


def work_of_pages(
    database: Database, sort: Order, work_of: Callable[[Session, Callable[[], object]], int]
) -> tuple[int, int]:
    """Return the work of page 1 and of page LATER."""
    with database.reading() as session:
        place = place_before(session, sort)
        return (
            work_of(session, lambda: lists.page(session, ProductSearch(sort), PAGE + 1)),
            work_of(session, lambda: lists.page(session, ProductSearch(sort), PAGE + 1, place)),
        )


def place_before(session: Session, sort: Order) -> Place:
    """Return where page LATER begins, found by counting all that is before it."""
    column, _ = lists.ORDERS[sort.removeprefix("-")]
    order = [each.desc() if sort.startswith("-") else each.asc() for each in (column, Product.id)]
    last = select(Product).order_by(*order).offset((LATER - 1) * PAGE - 1).limit(1)
    return place_of(session.scalars(last).one(), sort)
