"""A seller's story: offer something, find it, take it back; and what strangers may not do."""

import sqlite3
from datetime import datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from catalog.settings import CatalogSettings
from quartet.database import Database
from quartet.testing import TokenMaker
from services.catalog.tests.seller import Seller

LONGEST_ID = 2**63 - 1


def test_a_product_is_created_found_listed_and_deleted(client: FlaskClient, ada: Seller) -> None:
    answer = ada.post({"name": "Teapot", "price": 9.99, "description": "Holds one litre.", "currency": "EUR"})
    assert answer.status_code == 201
    product = answer.get_json()
    assert answer.headers["Location"] == f"/api/products/{product['id']}"
    created_at = datetime.fromisoformat(product.pop("created_at"))
    assert created_at.utcoffset() is not None
    assert datetime.fromisoformat(product.pop("updated_at")) == created_at
    assert {**product, "price": str(product["price"])} == {
        "id": product["id"],
        "name": "Teapot",
        "description": "Holds one litre.",
        "price": "9.99",
        "currency": "EUR",
        "owner_id": ada.subject,
        "owner": "ada",
        "version": 1,
    }

    shown = client.get(answer.headers["Location"]).get_json()
    assert shown == answer.get_json()
    assert client.get("/api/products").get_json() == {"items": [shown], "next_cursor": None}

    assert ada.delete(shown["id"]).status_code == 204
    gone = client.get(answer.headers["Location"])
    assert (gone.status_code, gone.get_json()["code"]) == (404, "product_not_found")
    assert ada.delete(shown["id"]).status_code == 404


def test_description_and_currency_may_be_left_out(ada: Seller) -> None:
    product = ada.create()
    assert (product["description"], product["currency"]) == ("", "USD")


def test_my_products_are_the_callers_own(ada: Seller, grace: Seller) -> None:
    mine = ada.create("Teapot")
    grace.create("Kettle")
    assert ada.own() == {"items": [mine], "next_cursor": None}


def test_only_the_owner_or_an_admin_deletes(ada: Seller, grace: Seller, admin: Seller) -> None:
    product = ada.create()
    refused = grace.delete(product["id"])
    assert (refused.status_code, refused.get_json()["code"]) == (403, "not_owner")
    assert ada.own()["items"] == [product]
    assert admin.delete(product["id"]).status_code == 204
    assert ada.own()["items"] == []


def test_an_id_is_never_given_out_twice(ada: Seller) -> None:
    first = ada.create()
    ada.delete(first["id"])
    assert ada.create()["id"] > first["id"]


@pytest.mark.parametrize("path", ["/api/products/0", f"/api/products/{LONGEST_ID + 1}", "/api/products/teapot"])
def test_what_is_no_id_is_not_found(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.get_json()["code"] in {"not_found", "product_not_found"}


def test_the_largest_id_is_looked_for(client: FlaskClient) -> None:
    assert client.get(f"/api/products/{LONGEST_ID}").get_json()["code"] == "product_not_found"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"price": 1}, "name"),
        ({"name": "", "price": 1}, "name"),
        ({"name": "x" * 513, "price": 1}, "name"),
        ({"name": 7, "price": 1}, "name"),
        ({"name": "a\0b", "price": 1}, "name"),
        ({"name": "Teapot"}, "price"),
        ({"name": "Teapot", "price": 1, "description": "x" * 10_001}, "description"),
        ({"name": "Teapot", "price": 1, "currency": "usd"}, "currency"),
        ({"name": "Teapot", "price": 1, "currency": "USD\n"}, "currency"),
        ({"name": "Teapot", "price": 1, "owner": "grace"}, "owner"),
    ],
)
def test_a_field_that_breaks_a_rule_is_named(ada: Seller, body: dict[str, object], field: str) -> None:
    answer = ada.post(body)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.get_json()["errors"]] == [field]
    assert ada.own()["items"] == []


def test_half_of_a_surrogate_pair_is_no_text(ada: Seller) -> None:
    answer = ada.post_text('{"name": "\\ud800", "price": 1}')
    assert answer.status_code == 422
    assert [error["field"] for error in answer.get_json()["errors"]] == ["name"]


def test_the_longest_texts_come_back_whole(ada: Seller) -> None:
    product = ada.create("🫖" * 512, description="é" * 10_000)
    assert ada.own()["items"] == [product]
    assert (product["name"], product["description"]) == ("🫖" * 512, "é" * 10_000)


@pytest.mark.parametrize(("method", "path"), [("GET", "/my"), ("POST", ""), ("DELETE", "/1")])
def test_protected_routes_need_a_token(client: FlaskClient, method: str, path: str) -> None:
    answer = client.open(f"/api/products{path}", method=method)
    assert (answer.status_code, answer.get_json()["code"]) == (401, "token_missing")


def test_a_forged_token_creates_nothing(client: FlaskClient, forged_token: str) -> None:
    headers = {"Authorization": f"Bearer {forged_token}"}
    answer = client.post("/api/products", json={"name": "Teapot", "price": 1}, headers=headers)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert answer.mimetype == "application/problem+json"
    assert client.get("/api/products").get_json()["items"] == []


def test_a_token_in_the_query_is_no_token(client: FlaskClient, tokens: TokenMaker) -> None:
    assert client.get(f"/api/products/my?access_token={tokens.token()}").status_code == 401


def test_reading_goes_on_while_another_writes(client: FlaskClient, database: Database, ada: Seller) -> None:
    product = ada.create()
    with database.writing() as session:
        session.connection()
        assert client.get(f"/api/products/{product['id']}").status_code == 200
        assert len(client.get("/api/products").get_json()["items"]) == 1
        assert client.get("/health/ready").status_code == 200


def test_ready_with_the_schema_at_head_or_of_a_newer_version_and_not_with_an_older(
    client: FlaskClient, database: Database
) -> None:
    assert client.get("/health/ready").get_json() == {"status": "ok", "checks": {"database": "ok"}}
    set_revision(database, "of a newer version")
    assert client.get("/health/ready").status_code == 200
    set_revision(database, "0001")
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.get_json()["checks"]) == (503, {"database": "unavailable"})
    assert client.get("/health/live").status_code == 200


def set_revision(database: Database, revision: str) -> None:
    with database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = ?", (revision,))


def test_a_database_that_fails_is_503_with_retry_after(
    client: FlaskClient, settings: CatalogSettings, tmp_path: Path
) -> None:
    with sqlite3.connect(tmp_path / "catalog.db") as connection:
        connection.execute("ALTER TABLE products RENAME TO elsewhere")
    connection.close()
    answer = client.get("/api/products")
    assert (answer.status_code, answer.get_json()["code"]) == (503, "unavailable")
    assert int(answer.headers["Retry-After"]) >= 1
    assert "products" not in answer.get_json()["detail"]
    assert settings.database.endswith("/catalog.db")
