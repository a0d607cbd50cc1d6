"""An owner changes a product: what is left out stays, and who has not seen the present version changes nothing."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from catalog.models import Product
from catalog.models.products import derived
from catalog.use_cases import feed
from quartet.database import Database
from quartet.feed import FeedEvent
from services.catalog.tests.seller import Seller

MERGE_PATCH = "application/merge-patch+json"
TEAPOT: dict[str, Any] = {"name": "Teapot", "price": 9.5, "description": "Holds one litre.", "currency": "EUR"}


@pytest.fixture
def teapot(ada: Seller) -> dict[str, Any]:
    return ada.create(**TEAPOT)


def fields(product: dict[str, Any], *names: str) -> list[Any]:
    return [product[name] for name in names]


@pytest.mark.parametrize("kind", ["application/json", "application/json; charset=utf-8", MERGE_PATCH])
@pytest.mark.parametrize(
    "changes",
    [{"name": "Kettle"}, {"price": 8.25}, {"description": ""}, {"currency": "USD"}, {"price": 1200, "currency": "JPY"}],
)
def test_what_is_given_changes_and_all_else_stays(
    ada: Seller, teapot: dict[str, Any], changes: dict[str, Any], kind: str
) -> None:
    answer = ada.patch(teapot["id"], changes, kind=kind)
    assert answer.status_code == 200
    changed = answer.get_json()
    assert changed == {**teapot, **changes, "version": 2, "updated_at": changed["updated_at"]}
    assert changed["updated_at"] > teapot["updated_at"]
    shown = ada.show(teapot["id"])
    assert (shown.get_json(), shown.headers["ETag"]) == (changed, answer.headers["ETag"])


@pytest.mark.parametrize("changes", [{"name": "Kessel"}, {"description": "Zwei Liter."}, {"price": 2}])
def test_a_changed_product_is_ordered_and_found_by_what_it_says_now(
    ada: Seller, teapot: dict[str, Any], changes: dict[str, Any], database: Database
) -> None:
    changed = ada.patch(teapot["id"], changes).get_json()
    with database.reading() as session:
        stored = session.get_one(Product, teapot["id"])
        found = {"name_key": stored.name_key, "words": stored.words}
    assert found == derived(changed["name"], changed["description"])


@pytest.mark.parametrize("changes", [{}, "", {"name": "Teapot"}, {"price": 9.50, "currency": "EUR"}])
def test_what_changes_nothing_makes_no_version(ada: Seller, teapot: dict[str, Any], changes: Any) -> None:
    before = ada.show(teapot["id"]).headers["ETag"]
    answer = ada.patch(teapot["id"], changes)
    assert (answer.status_code, answer.get_json(), answer.headers["ETag"]) == (200, teapot, before)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": None}, "name"),
        ({"description": None}, "description"),
        ({"price": None}, "price"),
        ({"currency": None}, "currency"),
        ({"name": ""}, "name"),
        ({"name": "x" * 513}, "name"),
        ({"name": "a\0b"}, "name"),
        ({"name": 1}, "name"),
        ({"description": "x" * 10_001}, "description"),
        ({"price": "1"}, "price"),
        ({"price": -1}, "price"),
        ({"currency": "eur"}, "currency"),
        ({"currency": "XAU"}, "currency"),
        ({"id": 1}, "id"),
        ({"version": 9}, "version"),
        ({"owner_id": "me"}, "owner_id"),
        ({"created_at": "2026-01-01T00:00:00Z"}, "created_at"),
        ({"price": 9.555}, "price"),
        ({"currency": "JPY"}, "price"),
        ("[]", "body"),
        ("null", "body"),
        ('[{"op": "remove", "path": "/name"}]', "body"),
        ('{"price": NaN}', "price"),
        ('{"price": 1e400}', "price"),
    ],
)
def test_a_change_that_breaks_a_rule_is_refused_by_name(
    ada: Seller, teapot: dict[str, Any], changes: Any, field: str
) -> None:
    answer = ada.patch(teapot["id"], changes)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.get_json()["errors"]] == [field]
    assert ada.show(teapot["id"]).get_json() == teapot


def test_an_old_price_binds_only_a_change_of_the_money(ada: Seller, database: Database) -> None:
    product = ada.create(price=1.25)
    with database.engine.begin() as connection:  # as if the currency had been withdrawn, or changed its digits
        connection.exec_driver_sql("UPDATE products SET currency = 'JPY'")
    assert ada.patch(product["id"], {"name": "Kettle"}).status_code == 200
    assert ada.patch(product["id"], {"price": 1.5}).status_code == 422


@pytest.mark.parametrize("kind", ["text/plain", "application/json-patch+json", "application/x-www-form-urlencoded", ""])
def test_another_media_type_is_refused(ada: Seller, teapot: dict[str, Any], kind: str) -> None:
    answer = ada.patch(teapot["id"], {"name": "Kettle"}, kind=kind)
    assert (answer.status_code, answer.get_json()["code"]) == (415, "unsupported_media_type")
    assert ada.show(teapot["id"]).get_json() == teapot


def test_a_change_needs_the_version_it_was_made_for(ada: Seller, teapot: dict[str, Any]) -> None:
    answer = ada.client.patch(f"/api/products/{teapot['id']}", json={"name": "Kettle"}, headers=ada.bearer)
    assert (answer.status_code, answer.get_json()["code"]) == (428, "precondition_required")
    assert ada.show(teapot["id"]).get_json() == teapot


def test_who_has_seen_an_older_version_changes_nothing(ada: Seller, teapot: dict[str, Any]) -> None:
    seen = ada.show(teapot["id"]).headers["ETag"]
    assert ada.patch(teapot["id"], {"name": "Kettle"}, seen).status_code == 200
    late = ada.patch(teapot["id"], {"name": "Pot"}, seen)
    assert (late.status_code, late.get_json()["code"]) == (412, "precondition_failed")
    assert ada.show(teapot["id"]).get_json()["name"] == "Kettle"


def spellings(tag: str) -> list[str]:
    return [tag, f"W/{tag}", f'"other", {tag}', f'{tag},"other"', f' W/"x" , W/{tag} ', "*"]


@pytest.mark.parametrize("spelling", range(6))
def test_the_present_version_may_be_named_in_every_way_that_http_has(
    ada: Seller, teapot: dict[str, Any], spelling: int
) -> None:
    named = spellings(ada.show(teapot["id"]).headers["ETag"])[spelling]
    assert ada.patch(teapot["id"], {"name": "Kettle"}, named).status_code == 200
    named = spellings(ada.show(teapot["id"]).headers["ETag"])[spelling]
    assert ada.delete(teapot["id"], {"If-Match": named}).status_code == 204


@pytest.mark.parametrize("named", ['"1"', 'W/"1"', '""', "W/", ",,,", '"*"', '"1.1', "x" * 5000, "\xe9", '"a" "b"'])
def test_what_names_another_version_or_none_fails(ada: Seller, teapot: dict[str, Any], named: str) -> None:
    for answer in (ada.patch(teapot["id"], {"name": "Kettle"}, named), ada.delete(teapot["id"], {"If-Match": named})):
        assert (answer.status_code, answer.get_json()["code"]) == (412, "precondition_failed")
    assert ada.show(teapot["id"]).get_json() == teapot


def test_only_the_owner_changes_not_even_an_admin(
    ada: Seller, grace: Seller, admin: Seller, teapot: dict[str, Any]
) -> None:
    for stranger in (grace, admin):
        answer = stranger.patch(teapot["id"], {"name": "Mine"}, "*")
        assert (answer.status_code, answer.get_json()["code"]) == (403, "not_owner")
    assert ada.show(teapot["id"]).get_json() == teapot


def test_a_stranger_learns_nothing_from_a_precondition(grace: Seller, teapot: dict[str, Any]) -> None:
    for named in ("*", '"1"'):
        assert grace.patch(teapot["id"], {}, named).status_code == 403
        assert grace.delete(teapot["id"], {"If-Match": named}).status_code == 403
    bare = grace.client.patch(f"/api/products/{teapot['id']}", json={}, headers=grace.bearer)
    assert bare.status_code == 403


def test_what_is_not_there_cannot_be_changed(ada: Seller, teapot: dict[str, Any]) -> None:
    ada.delete(teapot["id"])
    for product_id in (teapot["id"], 0, 2**63):
        answer = ada.patch(product_id, {"name": "Kettle"}, "*")
        assert (answer.status_code, answer.get_json()["code"]) == (404, "product_not_found")


def test_a_product_is_deleted_only_as_it_was_seen_where_that_is_said(ada: Seller, teapot: dict[str, Any]) -> None:
    seen = ada.show(teapot["id"]).headers["ETag"]
    ada.patch(teapot["id"], {"name": "Kettle"})
    assert ada.delete(teapot["id"], {"If-Match": seen}).status_code == 412
    assert ada.delete(teapot["id"]).status_code == 204


def test_a_new_product_says_how_it_may_be_changed(ada: Seller) -> None:
    created = ada.post(TEAPOT)
    assert created.headers["ETag"] == ada.show(created.get_json()["id"]).headers["ETag"]
    assert ada.patch(created.get_json()["id"], {"name": "Kettle"}, created.headers["ETag"]).status_code == 200


def test_a_renamed_owner_makes_another_version_of_all_that_is_shown(
    client: FlaskClient, ada: Seller, teapot: dict[str, Any], database: Database
) -> None:
    path = f"/api/products/{teapot['id']}"
    tags = {client.get(path).headers["ETag"]}
    for position, name in enumerate(("countess", "ada", "countess")):
        event = FeedEvent(id=1, type="user.renamed", subject=ada.subject, value=name, created_at=1, expires_at=None)
        feed.absorb(database, [event], str(position), str(position + 1))
        answer = client.get(path)
        assert (answer.get_json()["owner"], answer.get_json()["version"]) == (name, 1)
        tags.add(answer.headers["ETag"])
    assert len(tags) == 4
    for old in sorted(tags - {answer.headers["ETag"]}):
        assert ada.patch(teapot["id"], {"price": 1}, old).status_code == 412
    assert ada.patch(teapot["id"], {"price": 1}, answer.headers["ETag"]).status_code == 200
