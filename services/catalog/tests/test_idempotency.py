"""A request that is sent again with its key is answered again, and done once."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.datastructures import Headers
from werkzeug.test import TestResponse

from catalog.models import KeyedRequest, Owner, Product
from catalog.repository import idempotency as kept
from catalog.repository import owners
from catalog.repository import products as stored
from catalog.use_cases import idempotency
from quartet.database import Database
from quartet.idempotency import LIFETIME
from services.catalog.tests.seller import Seller

TEAPOT = {"name": "Teapot", "price": 9.5}
KEY = {"Idempotency-Key": "one"}


@pytest.fixture
def key() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid.uuid4())}


def parts(answer: TestResponse) -> tuple[int, bytes, str, str, str]:
    """What an answer says, without what is each answer's own."""
    headers = answer.headers
    return answer.status_code, answer.data, headers["Location"], headers["ETag"], headers["Content-Type"]


def is_replayed(answer: TestResponse) -> bool:
    return answer.headers.get("Idempotency-Replayed") == "true"


def let_pass(database: Database, seconds: float) -> None:
    """Put the clock of all keyed requests forward."""
    with database.writing() as session:
        for row in session.scalars(select(KeyedRequest)).all():
            row.expires_at -= timedelta(seconds=seconds)
        session.commit()


def count(database: Database, table: Any) -> int:
    with database.reading() as session:
        return session.scalars(select(func.count()).select_from(table)).one()


def test_the_same_request_gets_the_same_answer_and_is_done_once(
    ada: Seller, database: Database, key: dict[str, str]
) -> None:
    first = ada.post(TEAPOT, key)
    again = [ada.post(TEAPOT, key) for _ in range(3)]
    assert first.status_code == 201
    assert [parts(answer) for answer in again] == [parts(first)] * 3
    assert (is_replayed(first), [is_replayed(answer) for answer in again]) == (False, [True] * 3)
    assert count(database, Product) == 1


def test_an_answer_with_a_key_is_that_without_one(ada: Seller, key: dict[str, str]) -> None:
    with_key, without = ada.post(TEAPOT, key), ada.post(TEAPOT)
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


def test_the_same_key_for_another_request_is_refused(ada: Seller, database: Database, key: dict[str, str]) -> None:
    first = ada.post(TEAPOT, key)
    refused = ada.post({**TEAPOT, "price": 8}, key)
    assert (refused.status_code, refused.get_json()["code"]) == (422, "idempotency_key_reused")
    assert [error["field"] for error in refused.get_json()["errors"]] == ["Idempotency-Key"]
    assert parts(ada.post(TEAPOT, key)) == parts(first)
    assert count(database, Product) == 1


def test_the_same_route_is_the_same_request_however_it_is_spelled(client: FlaskClient, ada: Seller) -> None:
    first = ada.post(TEAPOT, KEY)
    slash = client.post("/api/products/?x=1", json=TEAPOT, headers={**ada.bearer, **KEY})
    assert parts(slash) == parts(first)


def test_a_key_is_its_callers_own(ada: Seller, grace: Seller, key: dict[str, str]) -> None:
    hers = grace.post(TEAPOT, key).get_json()
    mine = ada.post(TEAPOT, key)
    assert (mine.status_code, is_replayed(mine), mine.get_json()["owner"]) == (201, False, "ada")
    assert mine.get_json()["id"] != hers["id"]
    assert ada.post({"name": "Kettle", "price": 1}, key).status_code == 422


def test_what_was_refused_may_be_sent_again(
    ada: Seller, database: Database, key: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ada.post({**TEAPOT, "currency": "JPY"}, key).status_code == 422
    with monkeypatch.context() as patch:

        def fail(*_: Any) -> None:
            raise RuntimeError("no luck")

        patch.setattr(stored, "add", fail)
        assert ada.post(TEAPOT, key).status_code == 500
    assert count(database, KeyedRequest) == 0
    answer = ada.post(TEAPOT, key)
    assert (answer.status_code, is_replayed(answer)) == (201, False)


def test_the_answer_outlives_the_product(ada: Seller, key: dict[str, str]) -> None:
    first = ada.post(TEAPOT, key)
    ada.delete(first.get_json()["id"])
    assert parts(ada.post(TEAPOT, key)) == parts(first)
    assert ada.own()["items"] == []


def test_the_longest_answer_is_kept_whole(ada: Seller, key: dict[str, str]) -> None:
    longest = {"name": "\x01" * 512, "price": 1, "description": "\x01" * 10_000}
    first = ada.post(longest, key)
    assert first.status_code == 201
    assert parts(ada.post(longest, key)) == parts(first)


def test_after_a_day_a_key_is_new_again(ada: Seller, database: Database, key: dict[str, str]) -> None:
    first = ada.post(TEAPOT, key)
    let_pass(database, LIFETIME - 60)
    assert parts(ada.post(TEAPOT, key)) == parts(first)
    let_pass(database, 60)
    for body in ({**TEAPOT, "price": 8}, {**TEAPOT, "price": 8}):
        answer = ada.post(body, key)
        assert (answer.status_code, answer.get_json()["id"]) == (201, first.get_json()["id"] + 1)


@pytest.fixture
def in_the_middle(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], Any]], list[Any]]:
    """`in_the_middle(act)`: `act` is called once, while the next product is made; its result goes into the list."""
    add = stored.add

    def prepare(act: Callable[[], Any]) -> list[Any]:
        returned: list[Any] = []

        def add_late(session: Session, product: Product) -> None:
            monkeypatch.setattr(stored, "add", add)
            returned.append(act())
            add(session, product)

        monkeypatch.setattr(stored, "add", add_late)
        return returned

    return prepare


InTheMiddle = Callable[[Callable[[], Any]], list[Any]]


def test_while_the_first_is_at_work_the_second_is_told_so(
    ada: Seller, database: Database, key: dict[str, str], in_the_middle: InTheMiddle
) -> None:
    """Told at once: on SQLite the first one has the only write lock that there is."""
    meanwhile = in_the_middle(lambda: (ada.post(TEAPOT, key), ada.post({**TEAPOT, "price": 8}, key)))
    first = ada.post(TEAPOT, key)
    same, other = meanwhile[0]
    assert (same.status_code, same.get_json()["code"]) == (409, "idempotency_in_progress")
    assert (other.status_code, other.get_json()["code"]) == (422, "idempotency_key_reused")
    assert parts(ada.post(TEAPOT, key)) == parts(first)
    assert count(database, Product) == 1


def dies(*_: Any) -> None:
    raise SystemExit("the worker is killed")


def claimed_by_one_who_died(ada: Seller, key: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(stored, "add", dies)
        patch.setattr(idempotency, "_release", dies)
        with pytest.raises(SystemExit):
            ada.post(TEAPOT, key)


def test_who_dies_blocks_the_key_for_a_short_lease_only(
    ada: Seller, database: Database, key: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    claimed_by_one_who_died(ada, key, monkeypatch)
    assert ada.post(TEAPOT, key).status_code == 409
    let_pass(database, idempotency.LEASE.total_seconds())
    answer = ada.post(TEAPOT, key)
    assert (answer.status_code, is_replayed(answer)) == (201, False)
    assert parts(ada.post(TEAPOT, key)) == parts(answer)
    assert count(database, Product) == 1


def test_who_is_late_stores_nothing(
    ada: Seller, database: Database, key: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The claim is taken over while the first is at work; both come to their end, one of them in vain."""
    hold = owners.hold
    meanwhile: list[TestResponse] = []

    def hold_late(session: Session, subject: str, name: str) -> Owner:
        monkeypatch.setattr(owners, "hold", hold)
        session.rollback()  # the only write lock there is
        let_pass(database, idempotency.LEASE.total_seconds())
        meanwhile.append(ada.post(TEAPOT, key))
        return hold(session, subject, name)

    monkeypatch.setattr(owners, "hold", hold_late)
    late = ada.post(TEAPOT, key)
    assert (late.status_code, late.get_json()["code"]) == (409, "idempotency_in_progress")
    assert meanwhile[0].status_code == 201
    assert parts(ada.post(TEAPOT, key)) == parts(meanwhile[0])
    assert count(database, Product) == 1


def test_product_and_answer_are_stored_together_or_not_at_all(
    ada: Seller, database: Database, key: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(kept, "keep", dies)
        with pytest.raises(SystemExit):
            ada.post(TEAPOT, key)
    assert (count(database, Product), count(database, KeyedRequest)) == (0, 0)


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


def test_what_has_expired_is_removed_in_small_batches_and_nothing_else(
    ada: Seller, grace: Seller, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        ada.post(TEAPOT, {"Idempotency-Key": f"old-{number}"})
    let_pass(database, LIFETIME)
    young = grace.post(TEAPOT, {"Idempotency-Key": "young"})
    monkeypatch.setattr(idempotency, "BATCH", 2)
    left = []
    more = True
    while more:
        more = idempotency.purge(database)
        left.append(count(database, KeyedRequest))
    assert left == [4, 2, 1]
    assert parts(grace.post(TEAPOT, {"Idempotency-Key": "young"})) == parts(young)


def test_a_key_that_is_in_use_again_is_not_purged(
    ada: Seller, database: Database, key: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ada.post(TEAPOT, key)
    let_pass(database, LIFETIME)
    expired = kept.expired

    def expired_just_now(session: Session, now: datetime, limit: int) -> Any:
        found = expired(session, now, limit)
        session.rollback()
        ada.post(TEAPOT, key)
        return found

    monkeypatch.setattr(kept, "expired", expired_just_now)
    idempotency.purge(database)
    assert is_replayed(ada.post(TEAPOT, key))
