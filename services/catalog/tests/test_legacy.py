"""A client of the older catalog: offers things, sees all that there is in one list, and takes its own away again."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, cast

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from catalog import create_app
from catalog.repository import owners
from catalog.routes.current import KEY
from catalog.settings import CatalogSettings
from quartet.database import Database
from services.catalog.tests.seller import JSON, Seller

PATH = "/legacy/catalog/api/products"
LONGEST_ID = 2**63 - 1
TEAPOT = {"name": "Teapot", "description": "Holds one litre.", "price": 9.99}


def create(seller: Seller, body: str | dict[str, Any]) -> TestResponse:
    text = body if isinstance(body, str) else json.dumps(body)
    return seller.client.post(PATH, data=text, headers={**seller.bearer, "Content-Type": JSON})


def delete(seller: Seller, product_id: int) -> TestResponse:
    return seller.client.delete(f"{PATH}/{product_id}", headers=seller.bearer)


def mine(seller: Seller) -> Any:
    return json.loads(seller.client.get(f"{PATH}/my", headers=seller.bearer).data)


def listed(client: FlaskClient) -> Any:
    return json.loads(client.get(PATH).data)


def test_a_product_is_offered_seen_by_all_and_taken_away(client: FlaskClient, ada: Seller, grace: Seller) -> None:
    assert (client.get(PATH).data, ada.client.get(f"{PATH}/my", headers=ada.bearer).data) == (b"[]", b"[]")
    made = create(ada, TEAPOT | {"currency": "of no interest", "owner": "grace"})
    assert (made.status_code, made.mimetype) == (201, JSON)
    product = json.loads(made.data)
    assert product == {"id": product["id"], **TEAPOT}
    other = json.loads(create(grace, TEAPOT | {"name": "Kettle"}).data)

    assert listed(client) == [product | {"owner": "ada"}, other | {"owner": "grace"}]
    assert (mine(ada), mine(grace)) == ([product], [other])
    assert ada.show(product["id"]).get_json()["currency"] == "USD"

    gone = delete(ada, product["id"])
    assert (gone.status_code, gone.get_json()) == (200, {"message": "Product deleted."})
    assert (listed(client), mine(ada)) == ([other | {"owner": "grace"}], [])
    assert gone.headers["Link"] == f'</api/products/{product["id"]}>; rel="successor-version"'


def test_the_lists_are_kept_by_nobody_and_name_their_successors(client: FlaskClient, ada: Seller) -> None:
    for path in ("", "/my"):
        headers = client.get(PATH + path, headers=ada.bearer).headers
        assert (headers["Content-Type"], headers["Cache-Control"]) == (JSON, "no-store")
        assert headers["Deprecation"].startswith("@")
        assert headers["Link"] == f'</api/products{path}>; rel="successor-version"'


@pytest.mark.parametrize("given", ["", ', "description": null', ', "description": ""'])
def test_what_has_no_description_has_null(client: FlaskClient, ada: Seller, given: str) -> None:
    assert json.loads(create(ada, f'{{"name": "a", "price": 1{given}}}').data)["description"] is None
    assert listed(client)[0]["description"] is None
    assert ada.own()["items"][0]["description"] == ""


@pytest.mark.parametrize(
    ("sent", "shown"), [("0", "0"), ("19.90", "19.9"), ("9e2", "900"), ("999999999999999.99", "999999999999999.99")]
)
def test_prices_are_the_numbers_of_today_to_the_last_digit(
    client: FlaskClient, ada: Seller, sent: str, shown: str
) -> None:
    made = create(ada, f'{{"name": "a", "price": {sent}}}')
    assert f'"price":{shown}}}' in made.text
    assert f'"price":{shown},' in client.get(PATH).text
    assert json.loads(client.get(PATH).text, parse_float=Decimal)[0]["price"] == Decimal(shown)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "null",
        "[]",
        '{"name": "a"',
        '{"price": 1}',
        '{"name": "a"}',
        '{"name": "", "price": 1}',
        '{"name": null, "price": 1}',
        '{"name": 7, "price": 1}',
        '{"name": "\\u0000", "price": 1}',
        '{"name": "a", "price": 1, "description": 7}',
        *(
            f'{{"name": "a", "price": {price}}}'
            for price in ("NaN", "Infinity", "-Infinity", "-1", "-0.01", "1e400", "1.001", "1e15", '"9.99"', "true")
        ),
        '{"name": "a", "price": null}',
        '{"name": "a", "price": 1, "price": 2}',
    ],
)
def test_a_missing_field_and_a_bad_price_are_400_with_an_error(ada: Seller, body: str) -> None:
    answer = create(ada, body)
    assert (answer.status_code, answer.mimetype) == (400, JSON)
    assert list(answer.get_json()) == ["error"]
    assert mine(ada) == []


def test_only_the_owner_or_an_admin_deletes(ada: Seller, grace: Seller, admin: Seller) -> None:
    product = ada.create()
    refused = delete(grace, product["id"])
    assert (refused.status_code, refused.mimetype, list(refused.get_json())) == (403, JSON, ["error"])
    assert len(mine(ada)) == 1
    assert delete(admin, product["id"]).status_code == 200
    for missing in (product["id"], 0, LONGEST_ID, LONGEST_ID + 1, 10**30):
        answer = delete(ada, missing)
        assert (answer.status_code, answer.mimetype, list(answer.get_json())) == (404, JSON, ["error"])


def test_nobody_does_without_a_token_what_needs_one(client: FlaskClient, ada: Seller) -> None:
    product = ada.create()
    for header in ({}, {"Authorization": "Bearer nonsense"}):
        for answer in (
            client.get(f"{PATH}/my", headers=header),
            client.post(PATH, json=TEAPOT, headers=header),
            client.delete(f"{PATH}/{product['id']}", headers=header),
        ):
            assert answer.status_code == 401
            assert answer.get_json()["error"] == answer.get_json()["message"] == answer.get_json()["detail"]
    assert len(mine(ada)) == 1


def test_a_deleted_user_has_no_products_and_makes_none(ada: Seller, grace: Seller, database: Database) -> None:
    product = ada.create()
    grace.create("Kettle")
    with database.writing() as session:
        owners.bury(session, ada.subject, datetime.now(UTC))
        session.commit()
    assert [each["name"] for each in listed(ada.client)] == ["Kettle"]
    assert mine(ada) == []
    assert delete(ada, product["id"]).status_code == 404
    assert create(ada, TEAPOT).status_code == 401


def test_a_new_name_of_the_owner_shows(ada: Seller, database: Database) -> None:
    ada.create()
    with database.writing() as session:
        owners.rename(session, ada.subject, "countess")
        session.commit()
    assert listed(ada.client)[0]["owner"] == "countess"


@pytest.mark.usefixtures("app")
def test_they_can_be_switched_off(settings: CatalogSettings, ada: Seller) -> None:
    bare = create_app(settings.model_copy(update={"legacy": "off"}))
    client = bare.test_client()
    calls: list[Callable[..., TestResponse]] = [client.get, client.post]
    assert [call(PATH, headers=ada.bearer).status_code for call in calls] == [404, 404]
    assert client.get("/api/products").status_code == 200
    cast(Database, bare.extensions[KEY]).engine.dispose()
