"""What catalog counts: products that were written, transfers under way, and how far it has followed the feed."""

import pytest
from flask.testing import FlaskClient
from prometheus_client import REGISTRY

from catalog.errors import TransfersBusy
from catalog.follower import follow
from catalog.slots import Slots
from quartet.database import Database
from quartet.feed import FeedReader
from quartet.testing import AuthServer
from quartet.testing.growth import Growth
from services.catalog.tests.seller import Seller


def test_products_count_when_they_are_written_and_only_then(client: FlaskClient, ada: Seller, grace: Seller) -> None:
    written = Growth("catalog_product_writes_total")
    product = ada.create()["id"]
    ada.patch(product, {"price": 2})
    ada.patch(product, {"price": 2})
    assert grace.patch(product, {"price": 3}).status_code == grace.delete(product).status_code == 403
    assert ada.delete(product).status_code == 204
    assert ada.delete(product).status_code == 404
    lines = '{"name": "One", "price": 1}\n{"name": "Two", "price": 2}\n{"name": "", "price": 3}\n'
    headers = {**ada.bearer, "Content-Type": "application/x-ndjson"}
    for query in ("", "?dry_run=true"):
        assert client.post(f"/api/products/import{query}", data=lines, headers=headers).status_code == 200
    assert written.by_label() == {"created": 1, "changed": 1, "deleted": 1, "imported": 2}


def test_transfers_are_in_progress_until_their_slot_is_given_back() -> None:
    under_way, refused = Growth("catalog_transfers_in_progress"), Growth("catalog_transfers_refused_total")
    slots = Slots(1)
    give_back = slots.take()
    with pytest.raises(TransfersBusy):
        slots.take()
    assert (under_way.total(), refused.total()) == (1, 1)
    give_back()
    assert (under_way.total(), refused.total()) == (0, 1)


def test_the_follower_tells_how_far_it_is(auth_server: AuthServer, reader: FeedReader, database: Database) -> None:
    read, resets = Growth("catalog_feed_events_total"), Growth("catalog_feed_resets_total")
    for kind in ("user.renamed", "user.deleted", "session.revoked", "session.of.a.later.version"):
        auth_server.feed.append(kind, "ada")
    while follow(reader, database):
        pass
    follow(reader, database)
    assert read.by_label() == {"user.renamed": 1, "user.deleted": 1, "session.revoked": 1, "other": 1}
    assert (REGISTRY.get_sample_value("catalog_feed_cursor"), resets.total()) == (4, 0)


def test_the_age_of_the_feed_counts_from_its_end(
    auth_server: AuthServer, reader: FeedReader, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def age() -> float:
        return REGISTRY.get_sample_value("catalog_feed_age_seconds") or 0.0

    monkeypatch.setattr("catalog.follower.time.time", lambda: 1_000.0)
    follow(reader, database)
    monkeypatch.setattr("catalog.follower.time.time", lambda: 1_060.0)
    assert age() == 60
    auth_server.feed.append("user.renamed", "ada", "countess")
    follow(reader, database)
    assert age() == 0
