"""Anybody may take the whole catalog along, and a seller bring it in again; what is not whole does not look so."""

import json
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalog.repository import owners
from catalog.settings import CatalogSettings
from catalog.use_cases import exports
from quartet.database import Database
from services.catalog.tests.importing import CSV, NDJSON, export, exported, ndjson, send, teapots
from services.catalog.tests.seller import Seller
from services.catalog.tests.test_paging import statements

SET_BY_US = {"id", "owner_id", "owner", "version", "created_at", "updated_at"}
WILD = [
    {"name": "=1+1", "price": 0.1, "description": '\'="quoted",\r\nand broken', "currency": "EUR"},
    {"name": "🫖é", "price": 7, "description": "", "currency": "JPY"},
    {"name": "'", "price": 123456789012345.678, "description": " \t", "currency": "BHD"},
]


def offers(products: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: value for name, value in each.items() if name not in SET_BY_US} for each in products]


@pytest.mark.parametrize(("accept", "media_type"), [("text/csv", CSV), ("*/*", NDJSON)])
def test_an_export_imported_again_gives_the_same_products(
    client: FlaskClient, ada: Seller, grace: Seller, accept: str, media_type: str
) -> None:
    send(ada, ndjson(*WILD))
    taken = export(client, Accept=accept)
    assert (taken.status_code, taken.mimetype) == (200, media_type)
    report = send(grace, taken.data, taken.content_type).get_json()
    assert (report["created"], report["failed"]) == (3, 0)
    assert offers(exported(client, f"?owner={grace.subject}")) == offers(exported(client, f"?owner={ada.subject}"))
    assert len(offers(exported(client))) == 6


def test_a_line_is_what_a_single_product_is(client: FlaskClient, ada: Seller) -> None:
    product = ada.create("Teapot", price=9.5, currency="EUR")
    assert export(client).data == client.get(f"/api/products/{product['id']}").data.rstrip() + b"\n"
    header, line = export(client, "?format=csv").text.splitlines()
    assert header == "id,name,price,description,currency,owner_id,owner,version,created_at,updated_at"
    made = product["created_at"]
    assert line == f"{product['id']},Teapot,9.5,,EUR,{ada.subject},ada,1,{made},{made}"


def test_what_is_wanted_is_said_by_query_or_accept(client: FlaskClient) -> None:
    assert export(client, "?format=csv", Accept=NDJSON).mimetype == CSV
    assert export(client, Accept="text/csv;q=0.5, application/jsonl").mimetype == NDJSON
    assert export(client, "?format=csv").text.count("\n") == 1
    assert export(client).data == b""
    refused = export(client, Accept="application/pdf")
    assert (refused.status_code, refused.get_json()["code"]) == (406, "not_acceptable")
    for query in ("?format=xml", "?min_price=x", "?min_price=-1", "?min_price=2&max_price=1", "?limit=5", "?owner=ada"):
        assert export(client, query).status_code == 422


def test_it_is_a_file_that_nobody_keeps(client: FlaskClient) -> None:
    headers = export(client, "?format=csv").headers
    assert headers["Content-Disposition"] == 'attachment; filename="products.csv"'
    assert (headers["Cache-Control"], headers["Vary"], headers["X-Accel-Buffering"]) == ("no-store", "Accept", "no")


def test_some_of_it(client: FlaskClient, ada: Seller, grace: Seller) -> None:
    for price in (1, 2.5, 100):
        ada.create(f"a{price}", price=price)
    grace.create("g2", price=2)

    def names(query: str) -> list[str]:
        return [each["name"] for each in exported(client, query)]

    assert names("") == ["a1", "a2.5", "a100", "g2"]
    assert names("?min_price=2&max_price=2.50") == ["a2.5", "g2"]
    assert names(f"?owner={ada.subject}&max_price=2.5") == ["a1", "a2.5"]


def test_each_batch_is_one_query_that_reads_on_from_the_last(
    client: FlaskClient, ada: Seller, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(ada, teapots(25))
    monkeypatch.setattr(exports, "BATCH", 10)
    for query in ("", f"?owner={ada.subject}"):
        with statements(database) as sent:
            assert [each["name"] for each in exported(client, query)] == [f"Teapot {n}" for n in range(1, 26)]
        queries = [each for each in sent if each.startswith("SELECT")]
        assert len(queries) == 3
        with database.engine.connect() as connection:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {queries[1]}", ("9",) * queries[1].count("?")).all()
        assert "USING INDEX" in plan[0].detail
        assert "created_at>" in plan[0].detail
        assert not any("TEMP B-TREE" in step.detail for step in plan)


def test_what_is_left_of_a_deleted_users_products_does_not_show(
    client: FlaskClient, ada: Seller, grace: Seller, database: Database
) -> None:
    send(ada, teapots(3))
    grace.create("Kettle")
    with database.writing() as session:
        owners.bury(session, ada.subject, datetime.now(UTC))
        session.commit()
    assert [each["name"] for each in exported(client)] == ["Kettle"]


def test_what_is_made_meanwhile_is_left_out(client: FlaskClient, ada: Seller, monkeypatch: pytest.MonkeyPatch) -> None:
    send(ada, teapots(4))
    monkeypatch.setattr(exports, "BATCH", 2)
    monkeypatch.setattr("catalog.routes.streams.PIECE", 1)
    with client.get("/api/products/export") as answer:
        pieces = cast(Iterator[bytes], iter(answer.response))
        first = next(pieces)
        ada.create("late")
        rest = b"".join(pieces)
    assert len((first + rest).splitlines()) == 4


def test_a_database_that_is_away_is_told_as_for_any_other_request(
    app: Flask, ada: Seller, settings: CatalogSettings
) -> None:
    ada.create("Teapot")
    app.testing = False
    with sqlite3.connect(settings.state_path / "catalog.db") as connection:
        connection.execute("ALTER TABLE products RENAME TO elsewhere")
        for _ in range(settings.transfers + 1):
            answer = export(ada.client)
            assert (answer.status_code, answer.get_json()["code"]) == (503, "unavailable")
        connection.execute("ALTER TABLE elsewhere RENAME TO products")
    connection.close()
    assert len(exported(ada.client)) == 1


def test_an_export_that_fails_midway_breaks_off(
    client: FlaskClient, ada: Seller, settings: CatalogSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(ada, teapots(4))
    monkeypatch.setattr(exports, "BATCH", 2)
    monkeypatch.setattr("catalog.routes.streams.PIECE", 1)
    with client.get("/api/products/export") as answer:
        pieces = iter(answer.response)
        next(pieces), next(pieces)
        with sqlite3.connect(settings.state_path / "catalog.db") as connection:
            connection.execute("ALTER TABLE products RENAME TO elsewhere")
        connection.close()
        with pytest.raises(Exception, match="no such table"):
            list(pieces)


def test_json_lines_are_one_line_each(client: FlaskClient, ada: Seller) -> None:
    ada.create("a\nb\u2028c", description="\r\n")
    (line,) = export(client).data.split(b"\n")[:-1]
    assert json.loads(line)["name"] == "a\nb\u2028c"
