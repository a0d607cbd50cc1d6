"""Many who send or read as slowly as they can, while everybody else is served. When they are cut off is a setting,
and tested at a gateway of its own (gateway/tests/test_slow_clients.py)."""

import contextlib
import socket
from collections.abc import Iterator

import pytest

from tests.integration.attacks.wire import ask, connect, request
from tests.integration.platform_choice import Platform
from tests.integration.platform_client import Api
from tests.integration.routes import PROTECTED

MANY = 40
JSON = "Content-Type: application/json"


@contextlib.contextmanager
def held(url: str, opening: bytes) -> Iterator[list[socket.socket]]:
    """MANY connections on each of which `opening` has been sent, and nothing is read."""
    with contextlib.ExitStack() as all_of_them:
        connections = [all_of_them.enter_context(connect(url)) for _ in range(MANY)]
        for connection in connections:
            connection.sendall(opening)
        yield connections


def dribble(connections: list[socket.socket], piece: bytes) -> None:
    for connection in connections:
        with contextlib.suppress(ConnectionError):
            connection.sendall(piece)


def assert_served(api: Api, bearer: str, connections: list[socket.socket], piece: bytes) -> None:
    for path in ("/api/ping", "/api/products", "/.well-known/jwks.json", "/health", "/"):
        dribble(connections, piece)
        assert ask(api.url, path).status == 200
    for method, path, body in PROTECTED.values():
        dribble(connections, piece)
        content = b'{"sentence":"fox"}' if body else b""
        assert ask(api.url, path, bearer, JSON, method=method, body=content).status == 200


@pytest.mark.parametrize(
    ("opening", "piece"),
    [
        (b"", b""),
        (b"G", b""),
        (b"GET /api/ping HTTP/1.1\r\nHost: a\r\nX: ", b"y"),
        (b"GET /api/ping HTTP/1.1\r\nHost: a\r\n", b"X: y\r\n"),
        (b"\r\n", b"\r\n"),
        (b"GET /api/ping HTTP/1.1\r\nHost: a\r\n\r", b""),
    ],
    ids=["silent", "one byte", "endless field", "endless header", "empty lines", "all but the last byte"],
)
def test_others_are_served_while_headers_dribble_in(
    platform: Platform, api: Api, bearer: str, opening: bytes, piece: bytes
) -> None:
    with held(platform.url, opening) as connections:
        assert_served(api, bearer, connections, piece)


@pytest.mark.parametrize("path", ["/api/auth/refresh", "/api/vectors", "/api/products", "/api/ping"])
@pytest.mark.parametrize("fields", ["Content-Length: 60000", "Transfer-Encoding: chunked"])
def test_others_are_served_while_bodies_dribble_in(
    platform: Platform, api: Api, bearer: str, path: str, fields: str
) -> None:
    """More than the services have threads: a body goes to a service only when it is whole."""
    opening = request(platform.url, path, bearer, JSON, fields, method="GET" if path == "/api/ping" else "POST")
    with held(platform.url, opening) as connections:
        assert_served(api, bearer, connections, b"1\r\n \r\n" if "chunked" in fields else b" ")


@pytest.mark.parametrize("path", ["/docs/swagger-ui-bundle.js", "/api/products?limit=100", "/openapi.json"])
def test_others_are_served_while_answers_are_not_read(platform: Platform, api: Api, bearer: str, path: str) -> None:
    with held(platform.url, request(platform.url, path) * 20) as connections:
        assert_served(api, bearer, connections, b"")


def test_others_are_served_while_connections_come_and_go(platform: Platform, api: Api, bearer: str) -> None:
    for opening in (b"", request(platform.url, "/api/products"), request(platform.url, "/api/count", bearer)):
        for _ in range(5):
            with held(platform.url, opening):
                pass
    assert_served(api, bearer, [], b"")
