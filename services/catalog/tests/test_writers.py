"""Many callers at once on SQLite: one wins, and a request that is sent many times is done once."""

import pytest

from catalog.repository import idempotency
from quartet.database import Database
from services.catalog.tests.tombstone import Shop
from services.catalog.tests.writers import SENDERS, WRITERS, send_at_once, write_at_once


@pytest.fixture
def shop(database: Database) -> Shop:
    return Shop(str(database.engine.url))


def test_of_writers_who_have_seen_the_same_version_one_wins(shop: Shop) -> None:
    ends, product = write_at_once(shop, only_first=True)
    assert (ends, product.version) == ({"changed": 1, "precondition_failed": WRITERS - 1}, 2)


def test_writers_who_take_any_version_all_win(shop: Shop) -> None:
    ends, product = write_at_once(shop, only_first=False)
    assert (ends, product.version) == ({"changed": WRITERS}, WRITERS + 1)


def test_a_request_that_is_sent_many_times_at_once_is_done_once(shop: Shop) -> None:
    answers, made = send_at_once(shop)
    assert (made, answers) == (1, answers[:1] * SENDERS)


def test_without_the_claim_it_would_be_done_again_and_again(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idempotency, "claim", lambda *_: True)
    monkeypatch.setattr(idempotency, "keep", lambda *_: True)
    assert send_at_once(shop, 5)[1] == 5
