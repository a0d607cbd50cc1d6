"""A seller brings many products at once: the good ones are there, the report tells of every line."""

import json
import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from catalog.use_cases.imports import BATCH_LINES
from quartet.database import Database
from services.catalog.tests.importing import CSV, NDJSON, export, exported, ndjson, send, teapots
from services.catalog.tests.seller import Seller
from services.catalog.tests.test_paging import statements

GOOD = {"name": "Teapot", "price": 9.99, "description": "Holds one litre.", "currency": "EUR"}


def names(seller: Seller) -> list[str]:
    return [each["name"] for each in exported(seller.client, f"?owner={seller.subject}")]


@pytest.mark.parametrize(
    ("media_type", "body"),
    [
        (NDJSON, ndjson(GOOD, {"name": "Kettle", "price": -1}) + b'\n\n{"name":"Cup","price":1}'),
        (
            "text/csv; charset=UTF-8",
            b"currency,name,price,description\r\nEUR,Teapot,9.99,Holds one litre.\r\n,Kettle,-1,\r\n\r\n,Cup,1,",
        ),
    ],
)
def test_good_lines_are_stored_and_bad_ones_told(
    client: FlaskClient, ada: Seller, media_type: str, body: bytes
) -> None:
    answer = send(ada, body, media_type)
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    report = answer.get_json()
    first, bad, last = report.pop("lines")
    assert report == {"created": 2, "failed": 1, "dry_run": False}
    assert bad["errors"] == [{"field": "price", "message": "must not be negative"}]
    assert first["line"] < bad["line"] < last["line"]
    stored = client.get(f"/api/products/{first['id']}").get_json()
    assert {name: stored[name] for name in GOOD} | {"price": str(stored["price"])} == GOOD | {"price": "9.99"}
    assert (stored["owner_id"], stored["owner"], stored["version"]) == (ada.subject, "ada", 1)
    assert client.get(f"/api/products/{last['id']}").get_json()["currency"] == "USD"


def test_lines_are_told_by_the_numbers_that_an_editor_shows(ada: Seller) -> None:
    body = b'name,price\n"two\nlines",1\n\nbad\ngood,1\n'
    assert [each["line"] for each in send(ada, body, CSV).get_json()["lines"]] == [2, 5, 6]


def test_a_price_is_never_a_binary_fraction(ada: Seller) -> None:
    send(ada, b'{"name":"a","price":999999999999999.99}\n{"name":"b","price":0.1,"currency":"USD"}')
    send(ada, b"name,price\nc,1998.99\n", CSV)
    written = export(ada.client).text
    assert re.findall(r'"price":([0-9.]+)', written) == ["999999999999999.99", "0.1", "1998.99"]


@pytest.mark.parametrize("price", ["-1", "1e999999", "0.001", "1000000000000000", "NaN", "true", "[1]", "1e-5"])
def test_a_price_obeys_the_rules_of_a_single_product(ada: Seller, price: str) -> None:
    for body, media_type in (
        (f'{{"name":"a","price":{price}}}', NDJSON),
        (f"name,price\na,{price}\n", CSV),
    ):
        (line,) = send(ada, body, media_type).get_json()["lines"]
        assert [error["field"] for error in line["errors"]] == ["price"]
    assert names(ada) == []


def test_a_line_is_checked_by_the_rules_of_a_single_product(ada: Seller) -> None:
    bad: list[dict[str, Any]] = [
        {"price": 1},
        {"name": "", "price": 1},
        {"name": "a\0b", "price": 1},
        {"name": "\ud800", "price": 1},
        {"name": "a", "price": 1, "currency": "XAU"},
        {"name": "a", "price": 1, "colour": "red"},
        {"name": "a", "price": 1.5, "currency": "JPY"},
    ]
    lines = send(ada, ndjson(*bad)).get_json()["lines"]
    assert [line["errors"][0]["field"] for line in lines] == [
        *("name", "name", "name", "name", "currency", "colour", "price"),
    ]
    singly = [ada.post_text(json.dumps(each)).get_json()["errors"] for each in bad]
    assert [line["errors"] for line in lines] == singly


def test_a_dry_run_stores_nothing(ada: Seller) -> None:
    report = send(ada, ndjson(GOOD, {}), query="?dry_run=true").get_json()
    assert (report["created"], report["failed"], report["dry_run"]) == (1, 1, True)
    assert report["lines"][0] == {"line": 1}
    assert names(ada) == []


def test_an_import_goes_on_from_a_line(ada: Seller) -> None:
    report = send(ada, teapots(3) + b"bad", query="?from_line=3").get_json()
    assert [line["line"] for line in report["lines"]] == [3, 4]
    assert names(ada) == ["Teapot 3"]
    send(ada, b"name,price\na,1\nb,1\n", CSV, "?from_line=3")
    assert names(ada) == ["Teapot 3", "b"]


def test_nothing_is_an_import_of_nothing(ada: Seller) -> None:
    for body, media_type in ((b"", NDJSON), (b"\n\n", NDJSON), (b"name,price\n", CSV)):
        assert send(ada, body, media_type).get_json() == {"created": 0, "failed": 0, "dry_run": False, "lines": []}


def test_a_header_that_lacks_a_column_stops_it_all(ada: Seller) -> None:
    refused = send(ada, b"name\nTeapot\n", CSV)
    assert (refused.status_code, refused.get_json()["code"]) == (422, "invalid_input")
    assert refused.get_json()["errors"] == [{"field": "header", "message": "must have the columns name and price"}]


@pytest.mark.parametrize("media_type", ["", "application/json", "text/plain", "text/csv; charset=latin-1"])
def test_other_formats_are_refused_by_naming_those_that_are_taken(ada: Seller, media_type: str) -> None:
    refused = send(ada, ndjson(GOOD), media_type)
    assert (refused.status_code, refused.get_json()["code"]) == (415, "unsupported_media_type")
    assert "application/x-ndjson" in refused.get_json()["detail"]
    assert "text/csv" in refused.get_json()["detail"]


def test_a_compressed_body_is_not_unpacked(ada: Seller) -> None:
    refused = send(ada, b"\x1f\x8b", **{"Content-Encoding": "gzip"})
    assert (refused.status_code, refused.get_json()["code"]) == (415, "unsupported_media_type")
    assert "compressed" in refused.get_json()["detail"]


@pytest.mark.parametrize("query", ["?dry_run=maybe", "?from_line=0", "?dryrun=true"])
def test_what_it_cannot_be_asked_is_refused(ada: Seller, query: str) -> None:
    assert send(ada, ndjson(GOOD), query=query).status_code == 422
    assert names(ada) == []


def test_an_import_needs_a_token(client: FlaskClient) -> None:
    answer = client.post("/api/products/import", data=ndjson(GOOD), content_type=NDJSON)
    assert (answer.status_code, answer.get_json()["code"]) == (401, "token_missing")


def test_a_batch_is_a_handful_of_statements(ada: Seller, database: Database) -> None:
    with statements(database) as sent:
        assert send(ada, teapots(2 * BATCH_LINES)).get_json()["created"] == 2 * BATCH_LINES
    assert len(sent) <= 16
    assert len([each for each in sent if each.startswith("INSERT INTO products")]) == 2


def test_ids_are_told_in_the_order_of_the_lines(ada: Seller) -> None:
    report = send(ada, teapots(3 * BATCH_LINES // 2)).get_json()
    stored = {each["id"]: each["name"] for each in exported(ada.client)}
    assert [stored[line["id"]] for line in report["lines"]] == [f"Teapot {line['line']}" for line in report["lines"]]


def test_a_report_grows_no_faster_than_what_was_sent(ada: Seller) -> None:
    body = json.dumps({f"f{number}": 1 for number in range(5000)}).encode() + b"\n"
    answer = send(ada, body * 3)
    assert len(answer.data) < len(body)
    assert all(len(line["errors"]) == 8 for line in answer.get_json()["lines"])


def test_the_newest_of_an_import_is_its_last_line(ada: Seller) -> None:
    send(ada, teapots(3))
    listed: list[dict[str, Any]] = ada.own()["items"]
    assert [each["name"] for each in listed] == ["Teapot 3", "Teapot 2", "Teapot 1"]
