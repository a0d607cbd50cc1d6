"""A request that is sent again with its key is answered again, and done once."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import Headers

from catalog.models import KeyedRequest, Product
from catalog.repository import products as stored
from quartet.database import Database
from quartet.idempotency import LIFETIME
from services.catalog.tests.keyed import KEY, TEAPOT, count, is_replayed, let_pass, parts
from services.catalog.tests.seller import Seller


def test_the_same_request_gets_the_same_answer_and_is_done_once(ada: Seller, database: Database) -> None:
    first = ada.post(TEAPOT, KEY)
    again = [ada.post(TEAPOT, KEY) for _ in range(3)]
    assert first.status_code == 201
    assert [parts(answer) for answer in again] == [parts(first)] * 3
    assert (is_replayed(first), [is_replayed(answer) for answer in again]) == (False, [True] * 3)
    assert count(database, Product) == 1


def test_an_answer_with_a_key_is_that_without_one(ada: Seller) -> None:
    with_key, without = ada.post(TEAPOT, KEY), ada.post(TEAPOT)
    own = ("id", "created_at", "updated_at")
    one, other = ({k: v for k, v in answer.get_json().items() if k not in own} for answer in (with_key, without))
    assert one == other
    assert set(with_key.headers.keys()) == set(without.headers.keys())
    assert with_key.headers["ETag"] == ada.show(with_key.get_json()["id"]).headers["ETag"]


def test_the_quoted_key_is_the_bare_one(ada: Seller) -> None:
    first = ada.post(TEAPOT, {"Idempotency-Key": '"one"'})
    assert parts(ada.post(TEAPOT, {"Idempotency-Key": "one"})) == parts(first)


@pytest.mark.parametrize("other", ["A", '"a "', '" a"', '"A"', "aa"])
def test_keys_are_told_apart_to_the_letter(ada: Seller, database: Database, other: str) -> None:
    ada.post(TEAPOT, {"Idempotency-Key": "a"})
    assert not is_replayed(ada.post(TEAPOT, {"Idempotency-Key": other}))
    assert count(database, Product) == 2


def test_the_same_key_for_another_request_is_refused(ada: Seller, database: Database) -> None:
    first = ada.post(TEAPOT, KEY)
    refused = ada.post({**TEAPOT, "price": 8}, KEY)
    assert (refused.status_code, refused.get_json()["code"]) == (422, "idempotency_key_reused")
    assert [error["field"] for error in refused.get_json()["errors"]] == ["Idempotency-Key"]
    assert parts(ada.post(TEAPOT, KEY)) == parts(first)
    assert count(database, Product) == 1


def test_the_same_route_is_the_same_request_however_it_is_spelled(client: FlaskClient, ada: Seller) -> None:
    first = ada.post(TEAPOT, KEY)
    slash = client.post("/api/products/?x=1", json=TEAPOT, headers={**ada.bearer, **KEY})
    assert parts(slash) == parts(first)


def test_a_key_is_its_callers_own(ada: Seller, grace: Seller) -> None:
    hers = grace.post(TEAPOT, KEY).get_json()
    mine = ada.post(TEAPOT, KEY)
    assert (mine.status_code, is_replayed(mine), mine.get_json()["owner"]) == (201, False, "ada")
    assert mine.get_json()["id"] != hers["id"]
    assert ada.post({"name": "Kettle", "price": 1}, KEY).status_code == 422


def test_what_was_refused_may_be_sent_again(ada: Seller, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ada.post({**TEAPOT, "currency": "JPY"}, KEY).status_code == 422
    with monkeypatch.context() as patch:

        def fail(*_: Any) -> None:
            raise RuntimeError("no luck")

        patch.setattr(stored, "add", fail)
        assert ada.post(TEAPOT, KEY).status_code == 500
    assert count(database, KeyedRequest) == 0
    answer = ada.post(TEAPOT, KEY)
    assert (answer.status_code, is_replayed(answer)) == (201, False)


def test_the_answer_outlives_the_product(ada: Seller) -> None:
    first = ada.post(TEAPOT, KEY)
    ada.delete(first.get_json()["id"])
    assert parts(ada.post(TEAPOT, KEY)) == parts(first)
    assert ada.own()["items"] == []


def test_the_longest_answer_is_kept_whole(ada: Seller) -> None:
    longest = {"name": "\x01" * 512, "price": 1, "description": "\x01" * 10_000}
    first = ada.post(longest, KEY)
    assert first.status_code == 201
    assert parts(ada.post(longest, KEY)) == parts(first)


def test_after_a_day_a_key_is_new_again(ada: Seller, database: Database) -> None:
    first = ada.post(TEAPOT, KEY)
    let_pass(database, LIFETIME - 60)
    assert parts(ada.post(TEAPOT, KEY)) == parts(first)
    let_pass(database, 60)
    for body in ({**TEAPOT, "price": 8}, {**TEAPOT, "price": 8}):
        answer = ada.post(body, KEY)
        assert (answer.status_code, answer.get_json()["id"]) == (201, first.get_json()["id"] + 1)


@pytest.mark.parametrize(
    "sent", ["", '""', "two words", "k" * 256, "schl\xfcssel", '"open', "a\tb", 'a"b', "one, two", "k" * 7000]
)
def test_what_is_no_key_is_refused_by_name(ada: Seller, database: Database, sent: str) -> None:
    answer = ada.post(TEAPOT, {"Idempotency-Key": sent})
    assert answer.status_code == 422
    assert [error["field"] for error in answer.get_json()["errors"]] == ["Idempotency-Key"]
    assert count(database, Product) == 0


def test_two_keys_are_refused(client: FlaskClient, ada: Seller, database: Database) -> None:
    headers = Headers([*ada.bearer.items(), ("Idempotency-Key", "one"), ("Idempotency-Key", "two")])
    assert client.post("/api/products", json=TEAPOT, headers=headers).status_code == 422
    assert count(database, Product) == 0
