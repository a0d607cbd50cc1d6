"""The follower's tombstone on MySQL: whatever the order, a deleted user has no products."""

import pytest

from catalog.models import Owner
from catalog.repository import owners
from quartet.feed import FeedReader
from quartet.migrations import migrate
from quartet.testing import AuthServer
from quartet.testing.at_once import ISOLATION_LEVELS, RUNNERS, Runners, at_once
from services.catalog.tests.tombstone import (
    Shop,
    count_of,
    create_one,
    delete_between_check_and_insert,
    look_and_let_go,
    products_that_survive,
)

pytestmark = pytest.mark.containers

CALLERS = 20


@pytest.fixture(params=ISOLATION_LEVELS)
def shop(request: pytest.FixtureRequest, mysql_url: str) -> Shop:
    migrate(mysql_url, "catalog")
    return Shop(mysql_url, request.param)


@pytest.mark.parametrize("runners", RUNNERS)
def test_no_product_of_a_deleted_user_survives_whatever_the_order(
    auth_server: AuthServer, reader: FeedReader, shop: Shop, runners: Runners
) -> None:
    assert products_that_survive(auth_server, reader, shop, runners) == 0


def test_without_the_tombstone_products_would_survive(
    auth_server: AuthServer, reader: FeedReader, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Owner, "is_deleted", False)
    assert products_that_survive(auth_server, reader, shop, "threads") > 0


def test_the_check_holds_until_the_product_is_there(
    auth_server: AuthServer, reader: FeedReader, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    with shop.opened() as database:
        assert delete_between_check_and_insert(auth_server, reader, database, monkeypatch) == 0


def test_a_check_in_a_transaction_of_its_own_would_let_one_through(
    auth_server: AuthServer, reader: FeedReader, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(owners, "hold", look_and_let_go)
    with shop.opened() as database:
        assert delete_between_check_and_insert(auth_server, reader, database, monkeypatch) == 1


@pytest.mark.parametrize("runners", RUNNERS)
def test_the_first_products_of_a_user_may_be_made_at_once(shop: Shop, runners: Runners) -> None:
    assert at_once(runners, create_one, [(shop, "ada")] * CALLERS) == ["made"] * CALLERS
    with shop.opened() as database:
        assert count_of(database, "ada") == CALLERS
