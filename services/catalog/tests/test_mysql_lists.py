"""Lists on MySQL: the same answers as on SQLite, each page read from its place in an index, searches from FULLTEXT."""

import itertools
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select, text
from sqlalchemy.orm import Session

from catalog import create_app
from catalog.models import Product
from catalog.repository import lists, search
from catalog.routes.current import KEY
from catalog.searches import Place, ProductSearch, place_of
from catalog.settings import CatalogSettings
from catalog.use_cases import seeding
from quartet.database import Database
from quartet.migrations import migrate
from services.catalog.tests import stock
from services.catalog.tests.stock import SORTS

pytestmark = pytest.mark.containers

PAGE = 21
OWNER = "5eed0000-0000-4000-8000-000000000001"
PRICES = (Decimal(5), Decimal(60))


@pytest.fixture
def on_mysql(settings: CatalogSettings, mysql_url: str) -> Iterator[Flask]:
    migrate(mysql_url, "catalog")
    app = create_app(settings.model_copy(update={"database_url": mysql_url}))
    yield app
    app.extensions[KEY].engine.dispose()


@pytest.fixture
def database(on_mysql: Flask) -> Database:
    found: Database = on_mysql.extensions[KEY]
    return found


@pytest.mark.parametrize("sample", [0, 5], ids=["by the index", "by both"])
def test_every_question_is_answered_as_on_sqlite(
    on_mysql: Flask, database: Database, monkeypatch: pytest.MonkeyPatch, sample: int
) -> None:
    """Both databases are asked the questions of `stock`, and both are held to its answers, however a word is found."""
    monkeypatch.setattr(search, "SAMPLE", sample)
    monkeypatch.setattr(search, "RARE", 3)
    assert stock.wrong_answers(on_mysql.test_client(), stock.fill(database)) == []


def test_what_looks_like_an_operator_of_mysql_is_none(on_mysql: Flask, database: Database) -> None:
    stock.fill(database)
    client = on_mysql.test_client()
    for q in ('"tea', "+", "tea)", "((tea", "tea >", "-tea", "@", "tea @2", "*tea", "te**", "tea\\", "tea'--"):
        answer = client.get("/api/products", query_string={"q": q})
        assert answer.status_code == (200 if "te" in q else 422), q
        if "te" in q:
            plain = client.get("/api/products", query_string={"q": re.sub("[^a-z2]+", " ", q)})
            assert answer.get_json() == plain.get_json(), q


def test_every_list_reads_one_index_from_its_place_on_and_sorts_nothing(database: Database) -> None:
    """Each order both ways, of all and of one owner's, with and without a range of prices, first page and later."""
    fill_with_made_up_products(database)
    for wanted, later in every_kind_of_list():
        with database.reading() as session:
            after = place_in_the_middle(session, wanted) if later else None
            walk = plan_of(session, wanted, after)
        narrowed = later or (wanted.min_price is not None and "price" in wanted.sort)
        column = wanted.sort.removeprefix("-").removeprefix("created_at") or "time"
        assert walk["key"] == f"ix_products_{'of_owner_' if wanted.owner_id else ''}by_{column}", wanted
        assert walk["type"] == ("range" if narrowed else "ref" if wanted.owner_id else "index"), wanted
        assert "Using index" in walk["Extra"].split("; "), wanted
        assert not {"Using filesort", "Using temporary"} & set(walk["Extra"].split("; ")), wanted


def test_every_search_for_a_rare_word_reads_the_fulltext_index(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill_with_made_up_products(database)
    monkeypatch.setattr(search, "SAMPLE", 0)  # so that every word is rare
    for wanted, later in every_kind_of_list(words=("b",)):
        with database.reading() as session:
            after = place_in_the_middle(session, wanted) if later else None
            walk = plan_of(session, wanted, after)
        assert (walk["type"], walk["key"]) == ("fulltext", "ft_products_words"), wanted


def test_a_word_that_many_have_is_not_looked_up_and_a_rare_one_beside_it_is(database: Database) -> None:
    fill_with_made_up_products(database)
    with database.reading() as session:
        assert plan_of(session, ProductSearch(words=("made", "for")), None)["key"] == "ix_products_by_time"
        assert plan_of(session, ProductSearch(words=("made", "teapot")), None)["key"] == "ft_products_words"
        ids = select(Product.id).order_by(Product.id)
        assert search.rare_words(session, ("made", "teapot", "for"), ids) == ["teapot"]


def test_a_page_reads_no_more_rows_where_thousands_have_the_same_price(database: Database) -> None:
    fill_with_made_up_products(database)
    with database.writing() as session:
        session.execute(text("UPDATE products SET price = 9.99, name_key = 'teapot'"))
        session.commit()
    for sort in SORTS:
        wanted = ProductSearch(sort)
        with database.reading() as session:
            first = rows_read(session, wanted, None)
            place = None
            for _ in range(20):
                place = place_after_a_page(session, wanted, place)
            assert rows_read(session, wanted, place) <= first + 2, sort


def fill_with_made_up_products(database: Database) -> None:
    """So many owners that MySQL does not rather read all of them than those of a page."""
    seeding.make_owners(database, 1000)
    seeding.add(database, range(2000), 3)
    with database.writing() as session:
        session.execute(text("ANALYZE TABLE products, owners"))


def every_kind_of_list(words: tuple[str, ...] = ()) -> Iterator[tuple[ProductSearch, bool]]:
    for sort, owner, bounds, later in itertools.product(SORTS, (None, OWNER), ((None, None), PRICES), (False, True)):
        yield ProductSearch(sort, words, *bounds, owner), later


def place_after_a_page(session: Session, wanted: ProductSearch, after: Place | None = None) -> Place:
    return place_of(lists.page(session, wanted, PAGE, after)[0][-1], wanted.sort)


def place_in_the_middle(session: Session, wanted: ProductSearch) -> Place:
    """Where MySQL does not rather read the index from its beginning."""
    found, _ = lists.page(session, wanted, 2000)
    return place_of(found[len(found) // 2], wanted.sort)


def plan_of(session: Session, wanted: ProductSearch, after: Place | None) -> dict[str, Any]:
    """Return what EXPLAIN says of how the ids of a page are found; the rest reads that one page, by its ids."""
    sent: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_rest: Any) -> None:
        sent.append((statement, values))

    event.listen(session.get_bind(), "before_cursor_execute", note)
    lists.page(session, wanted, PAGE, after)
    event.remove(session.get_bind(), "before_cursor_execute", note)
    statement, values = sent[-1]
    explained = session.connection().exec_driver_sql(f"EXPLAIN FORMAT=TRADITIONAL {statement}", values)
    chosen, *by_id, walk = ({**row} for row in explained.mappings())
    assert chosen["table"] == "<derived2>"
    assert chosen["rows"] <= PAGE
    assert [(step["type"], step["key"]) for step in by_id] == [("eq_ref", "PRIMARY")] * 2, by_id
    return walk


def rows_read(session: Session, wanted: ProductSearch, after: Place | None) -> int:
    """Return how many entries of indexes and rows of tables a page asks the storage engine for."""
    session.execute(text("FLUSH STATUS"))
    lists.page(session, wanted, PAGE, after)
    return sum(int(value) for _, value in session.execute(text("SHOW SESSION STATUS LIKE 'Handler_read%'")))
