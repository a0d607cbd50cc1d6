"""Many callers at once on MySQL: one wins, and a request that is sent many times is done once."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from sqlalchemy import select

from catalog.models import KeyedRequest, Product
from catalog.repository import owners
from catalog.repository import products as stored
from catalog.use_cases import products
from quartet.database import Database
from quartet.idempotency import IdempotencyInProgress
from quartet.migrations import migrate
from quartet.testing.at_once import ISOLATION_LEVELS
from quartet.testing.waiting import eventually
from services.catalog.tests.tombstone import Shop, count_of
from services.catalog.tests.writers import SENDERS, WRITERS, create_once, send_at_once, write_at_once

pytestmark = pytest.mark.containers


@pytest.fixture(params=ISOLATION_LEVELS)
def shop(request: pytest.FixtureRequest, mysql_url: str) -> Shop:
    migrate(mysql_url, "catalog")
    return Shop(mysql_url, request.param)


def test_of_writers_who_have_seen_the_same_version_one_wins(shop: Shop) -> None:
    ends, product = write_at_once(shop, only_first=True)
    assert (ends, product.version) == ({"changed": 1, "precondition_failed": WRITERS - 1}, 2)


def test_writers_who_take_any_version_all_win(shop: Shop) -> None:
    ends, product = write_at_once(shop, only_first=False)
    assert (ends, product.version) == ({"changed": WRITERS}, WRITERS + 1)


def test_without_the_version_in_the_statement_all_would_win(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored, "_as_read", lambda product: (Product.id == product.id,))
    ends, product = write_at_once(shop, only_first=True)
    assert (ends, product.version) == ({"changed": WRITERS}, 2)


def test_a_request_that_is_sent_many_times_at_once_is_done_once(shop: Shop) -> None:
    answers, made = send_at_once(shop)
    assert (made, answers) == (1, answers[:1] * SENDERS)


def test_while_the_first_is_at_work_the_second_is_told_so_without_waiting(shop: Shop) -> None:
    """The first one waits for a lock all the while; the second one would wait with it if it took any of the first's."""
    subject = str(uuid.uuid4())
    with shop.opened() as database, ThreadPoolExecutor(1) as pool:
        products.create(database, subject, "ada", name="Kettle", price=Decimal(1))
        with database.writing() as follower:
            owners.rename(follower, subject, "countess")
            first = pool.submit(create_once, database, subject)
            eventually(lambda: is_claimed(database, subject))
            with pytest.raises(IdempotencyInProgress):
                create_once(database, subject)
            assert not first.done()
        assert first.result() == create_once(database, subject)
        assert count_of(database, subject) == 2


def is_claimed(database: Database, subject: str) -> bool:
    with database.reading() as session:
        return session.scalars(select(KeyedRequest).where(KeyedRequest.subject == subject)).first() is not None
