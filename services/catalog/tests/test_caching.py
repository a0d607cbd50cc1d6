"""A reader who has the present answer is told so; nobody else keeps what is one seller's own."""

import pytest
from flask.testing import FlaskClient

from catalog.use_cases import feed
from quartet.database import Database
from quartet.feed import FeedEvent
from services.catalog.tests.seller import Seller

LISTS = ["/api/products", "/api/products?limit=1", "/api/products/my"]


@pytest.mark.parametrize("path", LISTS)
def test_a_list_has_another_name_after_each_change(client: FlaskClient, ada: Seller, path: str) -> None:
    def name() -> str:
        answer = client.get(path, headers=ada.bearer)
        assert client.get(path, headers={**ada.bearer, "If-None-Match": answer.headers["ETag"]}).status_code == 304
        return answer.headers["ETag"]

    before = name()
    product = ada.create()
    created = name()
    ada.delete(product["id"])
    assert created != before == name()


def test_a_product_has_another_name_when_its_owner_is_renamed(
    client: FlaskClient, ada: Seller, database: Database
) -> None:
    path = f"/api/products/{ada.create()['id']}"
    before = client.get(path).headers["ETag"]
    assert client.get(path, headers={"If-None-Match": before}).status_code == 304
    renamed = FeedEvent(id=1, type="user.renamed", subject=ada.subject, value="countess", created_at=1, expires_at=None)
    feed.absorb(database, [renamed], "0", "1.x")
    answer = client.get(path, headers={"If-None-Match": before})
    assert (answer.status_code, answer.get_json()["owner"]) == (200, "countess")


def test_everybodys_answers_are_kept_for_a_moment_and_ones_own_by_nobody(client: FlaskClient, ada: Seller) -> None:
    path = f"/api/products/{ada.create()['id']}"
    for public in ("/api/products", path):
        assert client.get(public).headers["Cache-Control"] == "public, max-age=1"
    assert client.get("/api/products/my", headers=ada.bearer).headers["Cache-Control"] == "private, no-store"
    ada.delete(int(path.rpartition("/")[2]))
    for error in (path, "/api/products?limit=0"):
        assert client.get(error).headers["Cache-Control"] == "no-store"
