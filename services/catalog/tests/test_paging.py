"""Pages follow one another without gaps or repeats, whatever happens in between, and cost one query each."""

import base64
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, update

from catalog.models import Product
from catalog.searches import place_of
from catalog.use_cases import products
from quartet.database import Database
from quartet.paging import NewestFirst
from services.catalog.tests.seller import Seller
from services.catalog.tests.stock import SORTS


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """Collect what is sent to the database in this block."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def walk(client: FlaskClient, limit: int) -> Iterator[dict[str, Any]]:
    """Yield page after page."""
    query = f"?limit={limit}"
    while True:
        page = client.get(f"/api/products{query}").get_json()
        yield page
        if page["next_cursor"] is None:
            return
        query = f"?limit={limit}&cursor={page['next_cursor']}"


def ids(page: dict[str, Any]) -> list[int]:
    return [item["id"] for item in page["items"]]


def test_the_newest_products_come_first(client: FlaskClient, ada: Seller) -> None:
    made = [ada.create(str(number))["id"] for number in range(5)]
    pages = [ids(page) for page in walk(client, 2)]
    assert pages == [made[:2:-1], made[2:0:-1], made[:1]]


def test_a_full_last_page_leads_nowhere(client: FlaskClient, ada: Seller) -> None:
    for number in range(4):
        ada.create(str(number))
    assert [len(page["items"]) for page in walk(client, 2)] == [2, 2]


def test_products_of_one_moment_are_told_apart_by_their_ids(
    client: FlaskClient, ada: Seller, database: Database
) -> None:
    made = [ada.create(str(number))["id"] for number in range(7)]
    with database.writing() as session:
        session.execute(update(Product).values(created_at=datetime(2026, 1, 1, tzinfo=UTC)))
        session.commit()
    assert [number for page in walk(client, 2) for number in ids(page)] == made[::-1]


def test_what_stays_is_seen_once_while_others_come_and_go(client: FlaskClient, ada: Seller) -> None:
    stay = [ada.create(f"stays {number}")["id"] for number in range(12)]
    leave = []
    for number in range(12):
        leave.append(ada.create(f"leaves {number}")["id"])
        stay.append(ada.create(f"stays, too {number}")["id"])
    seen: list[int] = []
    for page in walk(client, 3):
        seen += ids(page)
        ada.create("comes later")
        for number in {seen[-1], *leave[:1]} & set(leave):  # also the very product that the cursor names
            leave.remove(number)
            assert ada.delete(number).status_code == 204
    assert len(seen) == len(set(seen))
    assert set(stay) <= set(seen)
    assert seen == sorted(seen, reverse=True)


def test_my_products_are_paged_alike(ada: Seller, grace: Seller) -> None:
    made = []
    for number in range(3):
        made.append(ada.create(str(number))["id"])
        grace.create(str(number))
    first = ada.own("?limit=2")
    assert ids(first) == made[:0:-1]
    assert ids(ada.own(f"?limit=2&cursor={first['next_cursor']}")) == made[:1]


def test_a_page_has_20_products_unless_told_otherwise(client: FlaskClient, ada: Seller) -> None:
    for number in range(21):
        ada.create(str(number))
    assert len(client.get("/api/products").get_json()["items"]) == 20
    assert len(client.get("/api/products?limit=100").get_json()["items"]) == 21


@pytest.mark.parametrize(
    ("query", "queries"),
    [
        *[("", 1), ("cursor={cursor}", 1), ("sort=name&min_price=1", 1), ("q=b", 1), ("ids=1,2,3,4,5,6", 1)],
        *[("with_total=true", 2), ("with_total=true&q=b", 2), ("with_total=true&cursor={cursor}", 2)],
    ],
)
def test_a_page_costs_one_query_and_a_total_another_however_many_owners_it_shows(
    client: FlaskClient, ada: Seller, grace: Seller, database: Database, query: str, queries: int
) -> None:
    for number in range(3):
        ada.create(f"b{number}")
        grace.create(f"b{number}")
    cursor = client.get("/api/products?limit=1").get_json()["next_cursor"]
    with statements(database) as sent:
        assert len(client.get(f"/api/products?{query.format(cursor=cursor)}").get_json()["items"]) > 1
    assert len([each for each in sent if not each.startswith(("BEGIN", "ROLLBACK"))]) == queries
    assert "BEGIN IMMEDIATE" not in sent


def test_every_list_walks_along_one_index_and_sorts_nothing_but_its_page(ada: Seller, database: Database) -> None:
    ada.create()
    for path, sort, prices in itertools.product(("", "/my"), SORTS, ("", "&min_price=0&max_price=9")):
        first = f"/api/products{path}?sort={sort}{prices}"
        cursor = place_of(products.find(database, 1), sort)
        for url in (first, f"{first}&cursor={cursor}"):
            with statements(database) as sent:
                ada.client.get(url, headers=ada.bearer)
            (query,) = (each for each in sent if each.startswith("SELECT"))
            with database.engine.connect() as connection:
                plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", ("9",) * query.count("?")).all()
            index = sort.removeprefix("-").replace("created_at", "time")
            walks = [step.detail for step in plan if "COVERING INDEX ix_products_" in step.detail]
            assert walks, url
            assert all(f"{'of_owner_' if path else ''}by_{index}" in walk for walk in walks), url
            assert not any("SCAN products" in step.detail for step in plan if step.detail not in walks), url
            pages = {step.parent for step in plan if "USING INTEGER PRIMARY KEY" in step.detail}
            assert {step.parent for step in plan if "TEMP B-TREE" in step.detail} <= pages, url


def encoded(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


GOOD = str(NewestFirst.after(datetime(2026, 11, 21, 9, 30, 0, 1, tzinfo=UTC), 17))


def test_a_cursor_comes_back_exactly() -> None:
    assert str(NewestFirst.parse(GOOD)) == GOOD
    assert NewestFirst.parse(GOOD).created_at == datetime(2026, 11, 21, 9, 30, 0, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "é",
        "%00",
        GOOD + "=",
        GOOD + "%20",
        GOOD[:-1],
        GOOD[:5] + "!" + GOOD[5:],
        encoded("null"),
        encoded('{"sort":"price","microseconds":1,"id":1}'),
        encoded('{"sort":"price","price":"01","id":1}'),
        encoded('{"sort":"price","price":"1.0","id":1}'),
        encoded('{"sort":"price","price":"1.00001","id":1}'),
        encoded('{"sort":"price","price":"1E2","id":1}'),
        encoded('{"sort":"name","key":"%s","id":1}' % ("x" * 65)),
        encoded('{"sort":"name","key":"\\ud800","id":1}'),
        encoded('{"sort":"-created_at","microseconds":1,"id":0}'),
        encoded('{"sort":"-created_at","microseconds":1,"id":9223372036854775808}'),
        encoded('{"sort":"-created_at","microseconds":253402300800000000,"id":1}'),
        encoded('{"sort":"-created_at","microseconds":-1,"id":1}'),
        encoded('{"sort":"-created_at","microseconds":"1","id":1}'),
        encoded('{"id":1,"sort":"-created_at","microseconds":1}'),
        encoded('{"sort":"-created_at","microseconds":1,"id":1,"more":1}'),
        encoded("[" * 5000),
    ],
)
def test_a_cursor_that_we_did_not_write_is_refused(client: FlaskClient, cursor: str) -> None:
    answer = client.get(f"/api/products?cursor={cursor}")
    assert answer.status_code == 422
    assert [error["field"] for error in answer.get_json()["errors"]] == ["cursor"]


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=-1", "limit=", "limit=x", "limit=1.5", "offset=1"])
def test_a_limit_out_of_bounds_and_unknown_parameters_are_refused(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/api/products?{query}")
    assert answer.status_code == 422
    assert [error["field"] for error in answer.get_json()["errors"]] == [query.partition("=")[0]]
