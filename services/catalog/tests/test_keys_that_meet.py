"""Requests with one key that meet each other, or a worker that dies; and what becomes of keys that have expired."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from catalog.models import KeyedRequest, Owner, Product
from catalog.repository import idempotency as kept
from catalog.repository import owners
from catalog.repository import products as stored
from catalog.use_cases import idempotency
from quartet.database import Database
from quartet.idempotency import LIFETIME
from services.catalog.tests.keyed import KEY, TEAPOT, count, is_replayed, let_pass, parts
from services.catalog.tests.seller import Seller


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
    ada: Seller, database: Database, in_the_middle: InTheMiddle
) -> None:
    """Told at once: on SQLite the first one has the only write lock that there is."""
    meanwhile = in_the_middle(lambda: (ada.post(TEAPOT, KEY), ada.post({**TEAPOT, "price": 8}, KEY)))
    first = ada.post(TEAPOT, KEY)
    same, other = meanwhile[0]
    assert (same.status_code, same.get_json()["code"]) == (409, "idempotency_in_progress")
    assert (other.status_code, other.get_json()["code"]) == (422, "idempotency_key_reused")
    assert parts(ada.post(TEAPOT, KEY)) == parts(first)
    assert count(database, Product) == 1


def dies(*_: Any) -> None:
    raise SystemExit("the worker is killed")


def claimed_by_one_who_died(ada: Seller, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(stored, "add", dies)
        patch.setattr(idempotency, "_release", dies)
        with pytest.raises(SystemExit):
            ada.post(TEAPOT, KEY)


def test_who_dies_blocks_the_key_for_a_short_lease_only(
    ada: Seller, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    claimed_by_one_who_died(ada, monkeypatch)
    assert ada.post(TEAPOT, KEY).status_code == 409
    let_pass(database, idempotency.LEASE.total_seconds())
    answer = ada.post(TEAPOT, KEY)
    assert (answer.status_code, is_replayed(answer)) == (201, False)
    assert parts(ada.post(TEAPOT, KEY)) == parts(answer)
    assert count(database, Product) == 1


def test_who_is_late_stores_nothing(ada: Seller, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """The claim is taken over while the first is at work; both come to their end, one of them in vain."""
    hold = owners.hold
    meanwhile: list[TestResponse] = []

    def hold_late(session: Session, subject: str, name: str) -> Owner:
        monkeypatch.setattr(owners, "hold", hold)
        session.rollback()  # the only write lock there is
        let_pass(database, idempotency.LEASE.total_seconds())
        meanwhile.append(ada.post(TEAPOT, KEY))
        return hold(session, subject, name)

    monkeypatch.setattr(owners, "hold", hold_late)
    late = ada.post(TEAPOT, KEY)
    assert (late.status_code, late.get_json()["code"]) == (409, "idempotency_in_progress")
    assert meanwhile[0].status_code == 201
    assert parts(ada.post(TEAPOT, KEY)) == parts(meanwhile[0])
    assert count(database, Product) == 1


def test_product_and_answer_are_stored_together_or_not_at_all(
    ada: Seller, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(kept, "keep", dies)
        with pytest.raises(SystemExit):
            ada.post(TEAPOT, KEY)
    assert (count(database, Product), count(database, KeyedRequest)) == (0, 0)


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
    ada: Seller, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada.post(TEAPOT, KEY)
    let_pass(database, LIFETIME)
    expired = kept.expired

    def expired_just_now(session: Session, now: datetime, limit: int) -> Any:
        found = expired(session, now, limit)
        session.rollback()
        ada.post(TEAPOT, KEY)
        return found

    monkeypatch.setattr(kept, "expired", expired_just_now)
    idempotency.purge(database)
    assert is_replayed(ada.post(TEAPOT, KEY))
