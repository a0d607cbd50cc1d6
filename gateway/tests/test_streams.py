"""What goes through at once and what is held: bodies as the route table says, answers as the service does."""

import shutil
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Event

import pytest

from gateway.tests.platform_under_test import DEADLINE, GATEWAY, Gateway, Start, problem
from gateway.tests.scrape import counted, requests_of

TABLE = """
GET  /health/live   gateway public public 64k
GET  /health/ready  gateway public public 64k
POST /streamed      counter public public 1m streams
POST /whole         counter public public 1m
POST /long          counter public public 2m streams
GET  /live          counter public public 64k
GET  /hasty         vectors public public 64k timeout=1
GET  /patient       vectors public public 64k
"""


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """counter, of which a test sees each byte."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(DEADLINE)
        yield listener


@pytest.fixture
def gateway(start: Start, listener: socket.socket, tmp_path: Path) -> Gateway:
    home = shutil.copytree(GATEWAY, tmp_path / "home", ignore=shutil.ignore_patterns("tests"))
    (home / "routes.table").write_text(TABLE)
    return start(home=home, WORKERS="1", COUNTER_UPSTREAM=f"127.0.0.1:{listener.getsockname()[1]}")


def connect(gateway: Gateway) -> closing[socket.socket]:
    return closing(socket.create_connection(("127.0.0.1", gateway.port), DEADLINE))


def post(path: str, body: bytes) -> bytes:
    """The beginning of a request whose body has ten bytes."""
    return f"POST {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 10\r\n\r\n".encode() + body


def read(connection: socket.socket, until: bytes) -> bytes:
    found = b""
    while until not in found:
        received = connection.recv(65536)
        assert received, found
        found += received
    return found


def answer(service: socket.socket) -> None:
    service.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 4\r\n\r\ndone")


def test_a_body_that_streams_arrives_while_it_is_sent(gateway: Gateway, listener: socket.socket) -> None:
    with connect(gateway) as client:
        client.sendall(post("/streamed", b"first"))
        with closing(listener.accept()[0]) as service:
            service.settimeout(DEADLINE)
            assert read(service, b"first").startswith(b"POST /streamed ")
            client.sendall(b" last")
            read(service, b" last")
            answer(service)
            assert read(client, b"done").startswith(b"HTTP/1.1 200 ")


def test_any_other_body_holds_up_no_service(gateway: Gateway, listener: socket.socket) -> None:
    with connect(gateway) as slow, connect(gateway) as quick:
        slow.sendall(post("/whole", b"first"))
        quick.sendall(post("/whole", b"quick body"))
        for client, body in ((quick, b"quick body"), (slow, b"first last")):
            with closing(listener.accept()[0]) as service:
                service.settimeout(DEADLINE)
                assert read(service, b"\r\n\r\n" + body)
                answer(service)
                read(client, b"done")
                if client is quick:
                    slow.sendall(b" last")


def test_a_streamed_body_that_breaks_off_is_not_taken_for_a_whole_one(
    gateway: Gateway, listener: socket.socket
) -> None:
    with connect(gateway) as client:
        client.sendall(post("/streamed", b"first"))
        with closing(listener.accept()[0]) as service:
            service.settimeout(DEADLINE)
            read(service, b"first")
            client.close()
            assert service.recv(100) == b""


@pytest.mark.parametrize("framing", ["Content-Length: 1500000", "Transfer-Encoding: chunked"])
def test_a_long_body_that_no_service_takes_is_answered_with_a_problem(
    gateway: Gateway, listener: socket.socket, framing: str
) -> None:
    listener.close()
    with connect(gateway) as client:
        client.sendall(f"POST /long HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{framing}\r\n\r\n".encode())
        assert b"urn:quartet:error:upstream_failed" in read(client, b"request_id")


def test_an_answer_is_passed_on_piece_by_piece_when_the_service_asks_for_it(
    gateway: Gateway, listener: socket.socket
) -> None:
    with connect(gateway) as client:
        client.sendall(b"GET /live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        with closing(listener.accept()[0]) as service:
            head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nX-Accel-Buffering: no\r\n"
            service.sendall(head + b"Content-Length: 10\r\n\r\none\n\n")
            received = read(client, b"one\n\n")
            assert b"x-accel" not in received.lower()
            service.sendall(b"two\n\n")
            read(client, b"two\n\n")


def test_a_stream_of_events_counts_by_the_time_that_it_took_to_begin(gateway: Gateway, listener: socket.socket) -> None:
    started = time.monotonic()
    with connect(gateway) as client:
        client.sendall(b"GET /live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        with closing(listener.accept()[0]) as service:
            head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nX-Accel-Buffering: no\r\n"
            service.sendall(head + b"Connection: close\r\n\r\none\n\n")
            read(client, b"one\n\n")
            began = time.monotonic() - started
            time.sleep(began + 0.1)  # longer than what may be counted
        while client.recv(100):
            pass
    found = counted(gateway, requests_of, 1)
    for name, labels in (("request", {"route": "/live"}), ("upstream", {"service": "counter"})):
        family = f"gateway_{name}_duration_seconds"
        assert found.sum(f"{family}_count", **labels) == 1
        assert found.sum(f"{family}_sum", **labels) <= began + 0.001  # nginx counts milliseconds


def test_each_route_waits_for_as_long_as_it_says(gateway: Gateway) -> None:
    vectors = gateway.services["vectors"]
    vectors.delays = {"/hasty": Event(), "/patient": Event()}
    with ThreadPoolExecutor(1) as pool:
        patient = pool.submit(gateway.get, "/patient")
        assert problem(gateway.get("/hasty"))["code"] == "upstream_timeout"
        assert not patient.done()
        vectors.delays["/patient"].set()
        assert patient.result().status_code == 200
