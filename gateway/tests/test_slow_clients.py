"""A client that sends or reads too slowly is cut off: without an answer, as nobody would read it."""

import contextlib
import socket
import time
from collections.abc import Iterator

import pytest

from gateway.tests.platform_under_test import Gateway, running
from quartet.testing.waiting import eventually

HEAD = b"GET /api/ping HTTP/1.1\r\nHost: a\r\n"
POST = b"POST /api/auth/refresh HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n"


@pytest.fixture(scope="module")
def impatient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    settings = dict.fromkeys(("CLIENT_HEADER_TIMEOUT", "CLIENT_BODY_TIMEOUT", "CLIENT_SEND_TIMEOUT"), "1")
    with running(tmp_path_factory.mktemp("gateway"), with_auth=True, **settings) as gateway:
        yield gateway


@pytest.fixture
def slow(impatient: Gateway) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", impatient.port)) as connection:
        yield connection


def cut_off(connection: socket.socket) -> bool:
    """Whether the gateway has closed this connection, and has said nothing on it."""
    connection.setblocking(False)
    try:
        return connection.recv(1) == b""
    except BlockingIOError:
        return False
    except ConnectionResetError:
        return True


@pytest.mark.parametrize("piece", [b"", b"X: y\r\n"], ids=["silent", "dribbling"])
def test_a_header_has_its_time_however_busily_it_is_sent(impatient: Gateway, slow: socket.socket, piece: bytes) -> None:
    slow.sendall(HEAD)

    def dribbled() -> bool:
        with contextlib.suppress(ConnectionError, BlockingIOError):
            slow.sendall(piece)
        time.sleep(0.1)  # between two pieces, as a slow client would
        return cut_off(slow)

    eventually(dribbled)
    assert impatient.services["counter"].seen == []


def test_a_body_that_stops_is_not_waited_for_and_reaches_nobody(impatient: Gateway, slow: socket.socket) -> None:
    slow.sendall(POST + b"{")
    eventually(lambda: cut_off(slow))
    assert impatient.auth.seen == []


def test_an_answer_that_is_not_read_is_not_kept(impatient: Gateway, slow: socket.socket) -> None:
    impatient.services["counter"].answers["/api/ping"] = (200, {}, b"x" * 20_000_000)
    slow.sendall(HEAD + b"X-Request-ID: never-read\r\n\r\n")
    assert impatient.log("never-read")["bytes"] < 20_000_000
