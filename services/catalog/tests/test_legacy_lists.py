"""The older catalog's lists have all products: a few come as one page does, very many as an export does."""

import json
import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalog.legacy import catalog
from catalog.settings import CatalogSettings
from catalog.use_cases import exports
from services.catalog.tests.importing import send, teapots
from services.catalog.tests.seller import Seller

PATH = "/legacy/catalog/api/products"


@pytest.fixture
def many(ada: Seller, monkeypatch: pytest.MonkeyPatch) -> int:
    """As many products as are streamed, in several batches, each product a piece."""
    monkeypatch.setattr(exports, "BATCH", 10)
    monkeypatch.setattr("catalog.routes.streams.PIECE", 1)
    count = catalog.A_PAGE + 25
    assert send(ada, teapots(count)).status_code == 200
    return count


def names(products: list[dict[str, Any]]) -> list[str]:
    return [each["name"] for each in products]


@pytest.mark.parametrize("beyond", [-1, 0, 1])
def test_a_list_is_whole_and_in_order_however_it_comes(ada: Seller, grace: Seller, beyond: int) -> None:
    count = catalog.A_PAGE + beyond
    send(ada, teapots(count))
    grace.create("Kettle")
    expected = [f"Teapot {number}" for number in range(1, count + 1)]
    for path, found in (("", [*expected, "Kettle"]), ("/my", expected)):
        answer = ada.client.get(PATH + path, headers=ada.bearer, buffered=True)
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
        assert names(json.loads(answer.data)) == found
        assert all(("owner" in each) is (path == "") for each in json.loads(answer.data))
        assert answer.headers["Cache-Control"] == "no-store"


def test_a_long_list_passes_the_gateway_as_it_is_made(client: FlaskClient, many: int) -> None:
    with client.get(PATH) as answer:
        assert answer.headers["X-Accel-Buffering"] == "no"
        assert "Content-Length" not in answer.headers
        assert sum(1 for _ in answer.response) > many


def test_readers_of_long_lists_hold_slots_and_those_of_short_ones_none(
    client: FlaskClient, ada: Seller, grace: Seller, many: int, settings: CatalogSettings
) -> None:
    grace.create("Kettle")
    slow = [client.get(PATH) for _ in range(settings.transfers)]
    for path in (PATH, f"{PATH}/my"):
        refused = client.get(path, headers=ada.bearer)
        assert (refused.status_code, refused.get_json()["code"]) == (503, "transfers_busy")
        assert refused.headers["Retry-After"] == "5"
    assert client.get("/api/products/export").status_code == 200
    short = client.get(f"{PATH}/my", headers=grace.bearer)
    assert names(short.get_json()) == ["Kettle"]
    for answer in slow:
        answer.close()
    assert len(client.get(PATH).get_json()) == many + 1


@pytest.mark.usefixtures("many")
def test_a_list_that_fails_midway_breaks_off_and_does_not_parse(client: FlaskClient, settings: CatalogSettings) -> None:
    with client.get(PATH) as answer:
        pieces: Iterator[Any] = iter(answer.response)
        read = next(pieces) + next(pieces)
        with sqlite3.connect(settings.state_path / "catalog.db") as connection:
            connection.execute("ALTER TABLE products RENAME TO elsewhere")
        connection.close()
        with pytest.raises(Exception, match="no such table"):  # noqa: PT012 - what was read before counts too
            for piece in pieces:
                read += piece
    assert read.startswith(b"[{")
    with pytest.raises(ValueError, match="delimiter"):
        json.loads(read)


@pytest.mark.usefixtures("many")
def test_a_database_that_is_away_is_told_where_old_clients_look(
    app: Flask, ada: Seller, settings: CatalogSettings
) -> None:
    app.testing = False
    with sqlite3.connect(settings.state_path / "catalog.db") as connection:
        connection.execute("ALTER TABLE products RENAME TO elsewhere")
    connection.close()
    for path in (PATH, f"{PATH}/my"):
        answer = ada.client.get(path, headers=ada.bearer)
        assert (answer.status_code, answer.get_json()["code"]) == (503, "unavailable")
        assert answer.get_json()["error"] == answer.get_json()["detail"]
