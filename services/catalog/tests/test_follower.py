"""The follower: what becomes of the products of users who are deleted or renamed."""

import os
import signal
import socket
import subprocess
import sys
import uuid
from collections.abc import Callable
from typing import Any

import pytest
import requests
from flask.testing import FlaskClient
from sqlalchemy import select

from catalog.follower import follow
from catalog.models import Owner
from catalog.repository import owners
from catalog.repository import products as stored
from catalog.settings import CatalogSettings
from catalog.use_cases import feed
from quartet.database import Database
from quartet.feed import FeedPage, FeedReader, FeedUnavailable
from quartet.testing import INTERNAL_SECRET, AuthServer
from quartet.testing.waiting import eventually
from services.catalog.tests.seller import Seller
from services.catalog.tests.tombstone import (
    Shop,
    delete_between_check_and_insert,
    look_and_let_go,
    products_that_survive,
)


@pytest.fixture
def catch_up(reader: FeedReader, database: Database) -> Callable[[], int]:
    """Follow until there is no more; return the number of steps."""

    def run() -> int:
        steps = 1
        while follow(reader, database):
            steps += 1
        return steps

    return run


CatchUp = Callable[[], int]


def names(client: FlaskClient) -> list[str]:
    return [item["name"] for item in client.get("/api/products").get_json()["items"]]


def test_the_products_of_a_deleted_user_vanish(
    client: FlaskClient, auth_server: AuthServer, catch_up: CatchUp, ada: Seller, grace: Seller
) -> None:
    ada.create("Teapot")
    grace.create("Kettle")
    auth_server.feed.append("user.deleted", ada.subject)
    catch_up()
    assert names(client) == ["Kettle"]


def test_a_token_that_outlives_its_user_creates_nothing(
    auth_server: AuthServer, catch_up: CatchUp, ada: Seller, grace: Seller
) -> None:
    ada.create()
    for seller in (ada, grace):  # grace never had a product
        auth_server.feed.append("user.deleted", seller.subject)
    catch_up()
    for seller in (ada, grace):
        refused = seller.post({"name": "Teapot", "price": 1})
        assert (refused.status_code, refused.get_json()["code"]) == (401, "token_revoked")
        assert seller.own()["items"] == []


def test_nothing_but_the_subject_is_kept_of_a_deleted_user(
    auth_server: AuthServer, catch_up: CatchUp, ada: Seller, database: Database
) -> None:
    ada.create()
    auth_server.feed.append("user.deleted", ada.subject)
    auth_server.feed.append("user.renamed", ada.subject, "countess")
    catch_up()
    with database.reading() as session:
        assert session.get_one(Owner, ada.subject).name == ""


def test_a_renamed_owner_has_the_new_name_on_every_product(
    client: FlaskClient, auth_server: AuthServer, catch_up: CatchUp, ada: Seller
) -> None:
    ada.create("Teapot")
    ada.create("Kettle")
    auth_server.feed.append("user.renamed", ada.subject, "lovelace")
    auth_server.feed.append("user.renamed", ada.subject, "countess")
    catch_up()
    assert [item["owner"] for item in client.get("/api/products").get_json()["items"]] == ["countess"] * 2


def test_a_rename_that_comes_again_leaves_the_etags_as_they_are(
    auth_server: AuthServer, catch_up: CatchUp, ada: Seller
) -> None:
    product = ada.create()
    etags = []
    for name in ("countess", "countess", "Countess"):
        auth_server.feed.append("user.renamed", ada.subject, name)
        catch_up()
        etags.append(ada.show(product["id"]).headers["ETag"])
    assert etags[0] == etags[1] != etags[2]
    assert ada.show(product["id"]).get_json()["owner"] == "Countess"


@pytest.mark.parametrize("had_products", [True, False])
def test_a_token_with_the_old_name_does_not_bring_it_back(
    auth_server: AuthServer, catch_up: CatchUp, ada: Seller, had_products: bool
) -> None:
    if had_products:
        ada.create()
    auth_server.feed.append("user.renamed", ada.subject, "countess")
    catch_up()
    assert ada.create()["owner"] == "countess"


def test_a_feed_of_many_pages_is_absorbed_page_by_page(
    auth_server: AuthServer, catch_up: CatchUp, ada: Seller, client: FlaskClient, database: Database
) -> None:
    ada.create()
    for _ in range(1500):
        auth_server.feed.append("session.revoked", str(uuid.uuid4()))
    auth_server.feed.append("all.revoked", "*", "1790000000")
    auth_server.feed.append("user.revoked", ada.subject, "1")
    for _ in range(800):
        auth_server.feed.append("something.new", ada.subject)
    auth_server.feed.append("user.deleted", ada.subject)
    assert catch_up() == 3
    assert names(client) == []
    with database.reading() as session:
        assert session.scalars(select(Owner.subject)).all() == [ada.subject]
    assert feed.position(database) == f"2303.{auth_server.feed.nonce}"


def test_following_goes_on_where_it_stopped(auth_server: AuthServer, catch_up: CatchUp, database: Database) -> None:
    auth_server.feed.append("user.renamed", "one", "ada")
    catch_up()
    position = feed.position(database)
    assert catch_up() == 1
    assert feed.position(database) == position


def test_a_feed_of_another_history_is_absorbed_from_its_start(
    auth_server: AuthServer, catch_up: CatchUp, client: FlaskClient, ada: Seller, grace: Seller, database: Database
) -> None:
    ada.create("Teapot")
    grace.create("Kettle")
    auth_server.feed.append("user.renamed", grace.subject, "hopper")
    auth_server.feed.append("user.renamed", grace.subject, "admiral")
    catch_up()
    auth_server.feed.nonce = uuid.uuid4().hex
    auth_server.feed.append("user.deleted", ada.subject)
    catch_up()
    assert feed.position(database) == f"3.{auth_server.feed.nonce}"
    assert [(item["name"], item["owner"]) for item in client.get("/api/products").get_json()["items"]] == [
        ("Kettle", "admiral")
    ]


def test_while_auth_is_down_nothing_moves_and_afterwards_nothing_is_missed(
    auth_server: AuthServer, reader: FeedReader, catch_up: CatchUp, ada: Seller, client: FlaskClient, database: Database
) -> None:
    ada.create()
    auth_server.failing = True
    auth_server.feed.append("user.deleted", ada.subject)
    with pytest.raises(FeedUnavailable):
        follow(reader, database)
    assert feed.position(database) == "0"
    assert names(client) == ["Teapot"]
    auth_server.failing = False
    catch_up()
    assert names(client) == []


def test_effect_and_position_are_stored_together_or_not_at_all(
    auth_server: AuthServer,
    reader: FeedReader,
    catch_up: CatchUp,
    ada: Seller,
    client: FlaskClient,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ada.create()
    auth_server.feed.append("user.renamed", ada.subject, "countess")
    auth_server.feed.append("user.deleted", ada.subject)
    with monkeypatch.context() as patch:

        def fail(*_: Any) -> None:
            raise RuntimeError("the process dies here")

        patch.setattr(stored, "remove_all_of", fail)
        with pytest.raises(RuntimeError):
            follow(reader, database)
    assert feed.position(database) == "0"
    assert client.get("/api/products").get_json()["items"][0]["owner"] == "ada"
    catch_up()
    assert names(client) == []


class OvertakenReader(FeedReader):
    """Brings its page only after another follower has gone ahead."""

    overtake: Callable[[], Any]

    def page(self, after: str) -> FeedPage:
        page = super().page(after)
        self.overtake()
        return page


def test_a_follower_that_was_overtaken_does_not_bring_an_old_name_back(
    auth_server: AuthServer, catch_up: CatchUp, ada: Seller, database: Database
) -> None:
    ada.create()
    auth_server.feed.append("user.renamed", ada.subject, "lovelace")
    slow = OvertakenReader(auth_server.url, INTERNAL_SECRET)

    def overtake() -> None:
        auth_server.feed.append("user.renamed", ada.subject, "countess")
        catch_up()

    object.__setattr__(slow, "overtake", overtake)
    follow(slow, database)
    assert ada.own()["items"][0]["owner"] == "countess"
    assert feed.position(database) == f"2.{auth_server.feed.nonce}"


def test_no_product_of_a_deleted_user_survives_whatever_the_order(
    auth_server: AuthServer, reader: FeedReader, database: Database
) -> None:
    url = str(database.engine.url)
    assert [products_that_survive(auth_server, reader, Shop(url), "threads") for _ in range(5)] == [0] * 5


def test_without_the_tombstone_products_would_survive(
    auth_server: AuthServer, reader: FeedReader, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Owner, "is_deleted", False)
    assert products_that_survive(auth_server, reader, Shop(str(database.engine.url)), "threads") > 0


def test_the_check_holds_until_the_product_is_there(
    auth_server: AuthServer, reader: FeedReader, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert delete_between_check_and_insert(auth_server, reader, database, monkeypatch) == 0


def test_a_check_in_a_transaction_of_its_own_would_let_one_through(
    auth_server: AuthServer, reader: FeedReader, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(owners, "hold", look_and_let_go)
    assert delete_between_check_and_insert(auth_server, reader, database, monkeypatch) == 1


def test_the_command_follows_tells_its_health_and_ends_when_told(
    settings: CatalogSettings, auth_server: AuthServer, ada: Seller, client: FlaskClient
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    environment = {
        **os.environ,
        "DATABASE_URL": settings.database,
        "AUTH_URL": auth_server.url,
        "INTERNAL_SECRET": INTERNAL_SECRET,
        "STATE_DIR": str(settings.state_dir),
        "WORKER_PORT": str(port),
        "FEED_INTERVAL": "0.05",
    }
    ada.create()
    command = [sys.executable, "-c", "from catalog.cli import main; main(['follow'])"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as process:
        try:
            eventually(lambda: get(f"http://127.0.0.1:{port}/health/ready") == 200)
            auth_server.feed.append("user.deleted", ada.subject)
            eventually(lambda: names(client) == [])
            assert get(f"http://127.0.0.1:{port}/metrics") == 200
            auth_server.failing = True
            eventually(lambda: get(f"http://127.0.0.1:{port}/health/ready") == 503)
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0


def get(url: str) -> int | None:
    try:
        return requests.get(url, timeout=2).status_code
    except requests.ConnectionError:
        return None
