"""Private answers asked for by addresses that look like a file's, so that a cache might keep them for the next."""

import json

import pytest

from tests.integration.attacks.wire import ask
from tests.integration.platform_client import Api, User

DECEITS = [
    "{}/x.css",
    "{}/x.js?v=1",
    "{}.css",
    "{}.json",
    "{}/",
    "{}/..%2fx.css",
    "{}%2fx.css",
    "{}%2ecss",
    "{};x.css",
    "{}%3bx.css",
    "{}%23x.css",
    "{}%3fx.css",
    "{}%0ax.css",
    "{}%00x.css",
    "{}?x=.css",
    "{}?/assets/look.css",
    "{}#x.css",
    "/assets/..{}",
    "/assets/..%2f..{}",
    "/api/products/..{}",
    "//x.css/..{}",
    "/x.css/..%2f{}",
]
PRIVATE = ("/api/auth/me", "/api/products/my", "/api/auth/sessions", "/api/count", "/api/auth/me/export")


@pytest.mark.parametrize("path", PRIVATE)
@pytest.mark.parametrize("shape", DECEITS)
def test_a_private_answer_does_not_stay_where_the_next_can_fetch_it(
    api: Api, victim: User, bearer: str, shape: str, path: str
) -> None:
    address = shape.format(path)
    given = ask(api.url, address, bearer)
    assert "public" not in (given.headers["Cache-Control"] or "")
    assert given.headers["X-Cache"] is None
    for _ in range(2):
        stolen = ask(api.url, address)
        assert stolen.status in {400, 401, 404, 405}
        assert victim["username"].encode() not in stolen.body


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_answer_to_a_login_is_kept_by_nobody(api: Api, victim: User, method: str) -> None:
    body = json.dumps({"username": victim["username"], "password": victim["password"]}).encode()
    answer = ask(api.url, "/api/auth/login?x=.css", "Content-Type: application/json", method=method, body=body)
    assert answer.status == {"GET": 405, "POST": 200}[method]
    assert answer.headers["Cache-Control"] == "no-store"
    assert ask(api.url, "/api/auth/login?x=.css").status == 405
