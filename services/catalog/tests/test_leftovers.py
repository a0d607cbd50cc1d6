"""What a deleted user leaves behind, however much it is, and what has expired: the follower removes it."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.follower import Follower, follow
from catalog.models import KeyedRequest, Product
from catalog.repository import products as stored
from catalog.use_cases import feed, idempotency
from quartet.database import Database
from quartet.feed import FeedReader, FeedUnavailable
from quartet.testing import AuthServer
from services.catalog.tests.keyed import KEY, TEAPOT, count, let_pass
from services.catalog.tests.seller import Seller


def catch_up(reader: FeedReader, database: Database) -> None:
    while follow(reader, database):
        pass


def test_the_keys_of_a_deleted_user_go_with_the_user(
    auth_server: AuthServer, reader: FeedReader, database: Database, ada: Seller, grace: Seller
) -> None:
    for seller in (ada, grace):
        seller.post(TEAPOT, KEY)
    auth_server.feed.append("user.deleted", ada.subject)
    catch_up(reader, database)
    with database.reading() as session:
        assert session.scalars(select(KeyedRequest.subject)).all() == [grace.subject]


def test_a_deleted_users_key_brings_no_answer_back_and_leaves_none(
    auth_server: AuthServer, reader: FeedReader, database: Database, ada: Seller
) -> None:
    ada.post(TEAPOT, KEY)
    auth_server.feed.append("user.deleted", ada.subject)
    catch_up(reader, database)
    refused = ada.post(TEAPOT, KEY)
    assert (refused.status_code, refused.get_json()["code"]) == (401, "token_revoked")
    assert (count(database, Product), count(database, KeyedRequest)) == (0, 0)


def test_a_deleted_users_products_cannot_be_changed(
    auth_server: AuthServer, reader: FeedReader, database: Database, ada: Seller
) -> None:
    product = ada.create()
    auth_server.feed.append("user.deleted", ada.subject)
    catch_up(reader, database)
    assert ada.patch(product["id"], {"name": "Kettle"}, "*").status_code == 404
    assert ada.delete(product["id"]).status_code == 404


@pytest.fixture
def commits(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """What is removed of a user with five products, when two are many; one number for each transaction."""
    removed: list[int] = []
    remove_some, remove_all_of = stored.remove_some, stored.remove_all_of

    def count_some(session: Session, ids: Any) -> None:
        removed.append(len(ids))
        remove_some(session, ids)

    def count_rest(session: Session, subject: str) -> None:
        removed.append(len(stored.some_of(session, subject, 1000)))
        remove_all_of(session, subject)

    monkeypatch.setattr(feed, "BATCH", 2)
    monkeypatch.setattr(stored, "remove_some", count_some)
    monkeypatch.setattr(stored, "remove_all_of", count_rest)
    return removed


def test_many_products_go_in_small_transactions(
    auth_server: AuthServer, reader: FeedReader, database: Database, ada: Seller, grace: Seller, commits: list[int]
) -> None:
    for _ in range(5):
        ada.create()
    grace.create("Kettle")
    auth_server.feed.append("user.deleted", ada.subject)
    catch_up(reader, database)
    assert commits == [2, 2, 1]
    assert [item["owner"] for item in grace.own()["items"]] == ["grace"]
    assert count(database, Product) == 1


def test_from_the_first_of_them_nothing_is_shown_and_nothing_new_is_made(
    client: FlaskClient,
    auth_server: AuthServer,
    reader: FeedReader,
    database: Database,
    ada: Seller,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    products = [ada.create() for _ in range(5)]
    auth_server.feed.append("user.deleted", ada.subject)

    def die(*_: Any) -> None:
        raise RuntimeError("the follower dies here")

    with monkeypatch.context() as patch:
        patch.setattr(stored, "remove_all_of", die)
        patch.setattr(feed, "BATCH", 4)
        with pytest.raises(RuntimeError):
            catch_up(reader, database)
    assert count(database, Product) == 1
    assert feed.position(database) == "0"
    assert {client.get(f"/api/products/{product['id']}").status_code for product in products} == {404}
    assert client.get("/api/products").get_json()["items"] == []
    assert ada.post(TEAPOT).status_code == 401
    catch_up(reader, database)
    assert (count(database, Product), feed.position(database)) == (0, f"1.{auth_server.feed.nonce}")


def test_the_follower_removes_what_has_expired_now_and_then(
    reader: FeedReader, database: Database, ada: Seller, monkeypatch: pytest.MonkeyPatch
) -> None:
    follower = Follower(reader, database)
    for number in range(3):
        ada.post(TEAPOT, {"Idempotency-Key": f"key-{number}"})
    let_pass(database, idempotency.KEPT.total_seconds())
    monkeypatch.setattr(idempotency, "BATCH", 2)
    left = []
    for _ in range(3):
        follower.step()
        left.append(count(database, KeyedRequest))
    assert left == [1, 0, 0]
    ada.post(TEAPOT, KEY)
    let_pass(database, idempotency.KEPT.total_seconds())
    follower.step()
    assert count(database, KeyedRequest) == 1
    follower.purge_at = 0.0
    follower.step()
    assert count(database, KeyedRequest) == 0


def test_it_goes_on_removing_while_auth_is_down_and_following_when_that_fails(
    auth_server: AuthServer, reader: FeedReader, database: Database, ada: Seller, monkeypatch: pytest.MonkeyPatch
) -> None:
    follower = Follower(reader, database)
    ada.post(TEAPOT, KEY)
    let_pass(database, idempotency.KEPT.total_seconds())
    auth_server.failing = True
    with pytest.raises(FeedUnavailable):
        follower.step()
    assert count(database, KeyedRequest) == 0

    def fail(*_: Any) -> bool:
        raise RuntimeError

    auth_server.failing = False
    auth_server.feed.append("user.deleted", ada.subject)
    follower.purge_at = 0.0
    monkeypatch.setattr(idempotency, "purge", fail)
    with pytest.raises(RuntimeError):
        follower.step()
    follower.step()
    assert count(database, Product) == 0
