"""Answers that one makes so, by what the cache does not look at, and that the next would get."""

import json
import secrets
from collections.abc import Iterator

import pytest

from tests.integration.attacks.wire import Answer, ask, exchange, request
from tests.integration.platform_choice import Platform
from tests.integration.platform_client import Api, User


class Shelf:
    """Products, and addresses of them that nobody has asked for yet: zeros before a number change nothing."""

    def __init__(self, url: str, products: list[int]) -> None:
        self.url, self.products = url, products
        self._items = ((number, f"{number:0{width}}") for width in range(6, 19) for number in products)

    def address(self, limit: int) -> str:
        return f"/api/products?limit={spelled(limit)}"

    def fresh(self) -> list[tuple[str, Answer]]:
        """A list and an item, each with what everybody should get there."""
        number, name = next(self._items)
        item = ask(self.url, f"/api/products/{number}")
        return [(self.address(2), ask(self.url, self.address(2))), (f"/api/products/{name}", item)]


@pytest.fixture(scope="module")
def shelf(platform: Platform, victim: User) -> Iterator[Shelf]:
    api = Api(platform.url)
    token, body = victim["access_token"], {"name": "Teapot", "price": 1}
    products = [api.post("/api/products", token=token, json=body).json()["id"] for _ in range(6)]
    yield Shelf(platform.url, products)
    for product in products:
        assert api.delete(f"/api/products/{product}", token=token).status_code == 204
    api.session.close()


def spelled(number: int) -> str:
    return "".join(secrets.choice(("0", "%30")) for _ in range(60)) + str(number)


def items(answer: Answer) -> int:
    assert answer.status == 200, answer
    return len(json.loads(answer.body)["items"])


POISONS: list[tuple[str, ...]] = [
    ("X-Forwarded-Host: evil.example", "X-Host: evil.example", "X-Forwarded-Server: evil.example"),
    ("X-Forwarded-Proto: evil", "X-Forwarded-Port: 666", "X-Forwarded-Scheme: evil", "X-Forwarded-Prefix: /evil"),
    ("X-Forwarded-For: 203.0.113.66, evil", "Forwarded: for=evil;host=evil.example"),
    ("X-Original-URL: /evil", "X-Rewrite-URL: /evil"),
    ("X-HTTP-Method-Override: DELETE", "X-HTTP-Method: DELETE"),
    ("X-User-Id: evil", "X-Roles: admin", "X_User_Id: evil"),
    ("Origin: https://evil.example", "Referer: https://evil.example"),
    ("Access-Control-Request-Method: EVIL", "Origin: null"),
    ("Accept: text/evil", "Accept-Language: evil", "Accept-Charset: evil"),
    ("Accept-Encoding: gzip, br, evil",),
    ("Range: bytes=0-0",),
    ("Range: bytes=99999999-", 'If-Range: "evil"'),
    ("If-None-Match: *",),
    ('If-Match: "evil"',),
    ("If-Modified-Since: Fri, 31 Dec 2999 23:59:59 GMT", "If-Unmodified-Since: Thu, 01 Jan 1970 00:00:00 GMT"),
    ("X-Evil: \x01",),
    ("X-Evil: \xff",),
    tuple(f"X-Evil-{number}: {'x' * 7500}" for number in range(4)),
    tuple(f"X-Evil-{number}: {'x' * 7500}" for number in range(6)),
    ("Cookie: evil=evil",),
    ("Authorization: Bearer evil",),
    ("Authorization: Basic ZXZpbDpldmls",),
    ("Content-Type: text/evil", "Content-Encoding: gzip"),
    ("Expect: evil", "TE: evil", "Upgrade: evil/2"),
    ("Connection: Host, X-Request-ID",),
    ("Cache-Control: no-store", "Pragma: no-cache"),
    ("Cache-Control: only-if-cached, max-stale=9999999",),
    ("X-Accel-Expires: 9999", "X-Cache: HIT", "X-Accel-Redirect: /_check"),
    ("X-Request-ID: evil-evil-evil", "traceparent: 00-evil"),
    ("User-Agent: evil", "Via: 1.1 evil", "Max-Forwards: 0"),
]


def assert_unpoisoned(api: Api, path: str, good: Answer) -> None:
    for _ in range(2):
        answer = ask(api.url, path)
        assert (answer.status, answer.body) == (good.status, good.body)
        assert "evil" not in str(answer.headers).lower()
        for name in ("Content-Type", "Content-Length", "Content-Encoding", "Set-Cookie", "Location", "ETag"):
            assert answer.headers[name] == good.headers[name]


@pytest.mark.parametrize("fields", POISONS)
def test_headers_of_one_change_nothing_for_the_next(api: Api, shelf: Shelf, fields: tuple[str, ...]) -> None:
    for path, good in shelf.fresh():
        ask(api.url, path, *fields)
        assert_unpoisoned(api, path, good)


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "POST", "DELETE", "PURGE", "TRACE"])
def test_another_method_of_one_changes_nothing_for_the_next(api: Api, shelf: Shelf, method: str) -> None:
    for path, good in shelf.fresh():
        ask(api.url, path, method=method)
        assert_unpoisoned(api, path, good)
        head = ask(api.url, path, method="HEAD")
        assert (head.status, head.body) == (200, b"")


@pytest.mark.parametrize("host", ["evil.example", "evil.example:81", "evil,example", "localhost:1"])
def test_another_host_of_one_changes_nothing_for_the_next(api: Api, shelf: Shelf, host: str) -> None:
    for (path, good), (absolute, other) in zip(shelf.fresh(), shelf.fresh(), strict=True):
        exchange(api.url, f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        ask(api.url, f"http://{host.replace(',', '.')}{absolute}")
        assert_unpoisoned(api, path, good)
        assert_unpoisoned(api, absolute, other)


@pytest.mark.parametrize(
    ("fields", "body"),
    [
        (("Content-Type: application/x-www-form-urlencoded", "Content-Length: 7"), b"limit=1"),
        (("Content-Type: application/json", "Content-Length: 11"), b'{"limit":1}'),
        (("Content-Type: application/json", "Transfer-Encoding: chunked"), b'b\r\n{"limit":1}\r\n0\r\n\r\n'),
        (("Content-Type: application/json", "Content-Encoding: gzip", "Content-Length: 4"), b"\x1f\x8b\0\0"),
        (("Content-Length: 70000",), b"x" * 70_000),
    ],
)
def test_a_body_of_one_changes_nothing_for_the_next(
    api: Api, shelf: Shelf, fields: tuple[str, ...], body: bytes
) -> None:
    for path, good in shelf.fresh():
        exchange(api.url, request(api.url, path, *fields, "Connection: close", body=body))
        assert_unpoisoned(api, path, good)


CLOAKED = [
    "limit={one}&limit={two}",
    "limit={two}&limit={one}",
    "limit={one}&LIMIT={two}",
    "LIMIT={two}&limit={one}",
    "limit={one};limit={two}",
    "limit={one}&amp;limit={two}",
    "limit={one}%26limit={two}",
    "limit={one}&%6cimit={two}",
    "%6cimit={two}&limit={one}",
    "limit={one}&limit%00={two}",
    "limit={one}&+limit={two}",
    "limit={one}#&limit={two}",
    "limit={one}&cursor=",
    "limit={one}&cursor=evil",
    "cursor=evil&limit={one}",
    "limit={one}&utm_source=evil",
    "limit={one}&callback=evil",
    "limit={one}&q=evil-evil",
    "limit[]={two}&limit={one}",
    "limit={one}%00",
    "limit={one}%0d%0aX:evil",
    "limit={one}.0",
    "&limit={one}",
    "?limit={one}",
    "limit={one}&",
    "limit={one}=",
    "limit",
]


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize("shape", CLOAKED)
def test_a_query_that_can_be_read_in_two_ways_is_answered_for_itself_only(api: Api, shape: str) -> None:
    names = {"one": spelled(1), "two": spelled(2)}
    path = f"/api/products?{shape.format(**names)}"
    first = ask(api.url, path)
    assert items(ask(api.url, f"/api/products?limit={names['one']}")) == 1
    assert items(ask(api.url, f"/api/products?limit={names['two']}")) == 2
    again = ask(api.url, path)
    assert again.status == first.status
    assert first.status != 200 or again.body == first.body


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize("rest", ["#", "#&cursor=evil", "&cursor=#evil", "#?limit={two}", "%23#&limit={two}"])
def test_a_query_that_the_gateway_and_a_service_would_end_elsewhere_is_refused(api: Api, rest: str) -> None:
    names = {"one": spelled(1), "two": spelled(2)}
    path = f"/api/products?limit={names['one']}"
    assert ask(api.url, path + rest.format(**names)).code == "malformed_request"
    assert items(ask(api.url, path)) == 1


def test_what_was_asked_with_a_token_is_neither_kept_nor_had_from_what_is(api: Api, bearer: str, shelf: Shelf) -> None:
    for path, _ in shelf.fresh():
        for fields in ((bearer,), ("Authorization: Bearer evil",), ("Cookie: a=b",)):
            for _ in range(2):
                assert ask(api.url, path, *fields).headers["X-Cache"] != "HIT"
        assert ask(api.url, path).headers["X-Cache"] in {None, "MISS"}
        assert ask(api.url, path, bearer).headers["X-Cache"] != "HIT"


def test_that_something_is_not_there_is_not_kept(api: Api, victim: User, shelf: Shelf) -> None:
    """Else whoever asks for the next id first hides what will be there."""
    last = max(shelf.products)
    upcoming = {number: f"/api/products/{number}" for number in range(last + 1, last + 20)}
    assert {ask(api.url, path).status for path in upcoming.values() for _ in range(2)} == {404}
    body = {"name": "Teapot", "price": 1}
    product = api.post("/api/products", token=victim["access_token"], json=body).json()["id"]
    assert ask(api.url, upcoming.get(product, f"/api/products/{product}")).status == 200
    assert api.delete(f"/api/products/{product}", token=victim["access_token"]).status_code == 204
