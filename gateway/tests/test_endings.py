"""No request fails because the gateway reloads, and none that it has begun because it ends."""

import contextlib
import http.client
import signal
import socket
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event

import pytest

from gateway.tests.platform_under_test import DEADLINE, Gateway, Start
from quartet.testing.waiting import eventually

READ, WRITE = "/api/ping", "/api/counters/7/increment"


def ask(client: http.client.HTTPConnection, method: str = "GET", path: str = READ, token: str = "") -> tuple[int, bool]:
    """The status of a whole answer, and whether the gateway keeps the connection."""
    client.request(method, path, headers={"Authorization": f"Bearer {token}"} if token else {})
    answer = client.getresponse()
    answer.read()
    return answer.status, not answer.will_close


def replaced(gateway: Gateway, old: set[int]) -> bool:
    """Whether new workers work and the old ones have begun to end."""
    return bool(gateway.workers()) and gateway.workers().isdisjoint(old)


def refuses(gateway: Gateway) -> bool:
    try:
        socket.create_connection(("127.0.0.1", gateway.port)).close()
    except ConnectionRefusedError:
        return True
    return False


def ask_without_end(gateway: Gateway, over: Event) -> int:
    """Read and write in turn over a kept connection; anything but success raises."""
    token, times = gateway.auth.keys[0].token(), 0
    with gateway.connection() as client:
        while not over.is_set():
            assert ask(client)[0] == 200
            assert ask(client, "POST", WRITE, token)[0] == 200
            times += 2
    return times


def reload_while_asked(gateway: Gateway, client: Future[int]) -> None:
    """Reload, and wait until forty more requests have come, or the client has given up."""
    old, seen = gateway.workers(), gateway.services["counter"].seen
    before = len(seen)
    gateway.signal(signal.SIGHUP)
    eventually(lambda: replaced(gateway, old))
    eventually(lambda: len(seen) > before + 40 or client.done())


def test_clients_that_keep_their_connections_notice_no_reload(start: Start) -> None:
    gateway = start()
    over = Event()
    with ThreadPoolExecutor(4) as pool:
        clients = [pool.submit(ask_without_end, gateway, over) for _ in range(4)]
        try:
            for _ in range(4):
                reload_while_asked(gateway, clients[0])
        finally:
            over.set()
        times = sum(client.result() for client in clients)
    assert len(gateway.services["counter"].seen) == times


def test_a_kept_connection_is_answered_once_more_by_a_worker_that_ends(start: Start) -> None:
    gateway = start(WORKERS="1")
    with gateway.connection() as client:
        assert ask(client) == (200, True)
        old = gateway.workers()
        gateway.signal(signal.SIGHUP)
        eventually(lambda: replaced(gateway, old))
        assert ask(client) == (200, False)
        assert ask(client) == (200, True)


def test_what_has_begun_goes_on_through_a_reload(start: Start) -> None:
    gateway = start(WORKERS="1")
    counter = gateway.services["counter"]
    counter.delays[READ] = Event()
    token = gateway.auth.keys[0].token()
    head = f"POST {WRITE} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\nContent-Length: 10\r\n\r\n"
    with gateway.connection() as waiting, socket.create_connection(("127.0.0.1", gateway.port), DEADLINE) as sending:
        waiting.request("GET", READ)
        sending.sendall(head.encode() + b"first")
        eventually(lambda: counter.seen)
        old = gateway.workers()
        gateway.signal(signal.SIGHUP)
        eventually(lambda: replaced(gateway, old))
        sending.sendall(b" last")
        assert sending.recv(65536).startswith(b"HTTP/1.1 200 ")
        counter.delays[READ].set()
        assert waiting.getresponse().status == 200
    assert counter.seen[-1].body == b"first last"


def test_a_graceful_end_takes_nothing_new_and_finishes_what_it_has(start: Start) -> None:
    gateway = start(WORKERS="1")
    counter = gateway.services["counter"]
    counter.delays[READ] = Event()
    with gateway.connection() as waiting, gateway.connection() as idle, ThreadPoolExecutor(1) as pool:
        assert ask(idle, path="/api/products") == (200, True)
        waiting.request("GET", READ)
        eventually(lambda: counter.seen)
        ended = pool.submit(gateway.quit)
        eventually(lambda: refuses(gateway))
        assert ask(idle, path="/api/products") == (200, False)
        counter.delays[READ].set()
        answer = waiting.getresponse()
        assert (answer.status, answer.will_close, b"ping" in answer.read()) == (200, True, True)
        assert ended.result() == 0


def test_an_end_waits_no_longer_than_it_is_told(start: Start) -> None:
    gateway = start(WORKERS="1", SHUTDOWN_TIMEOUT="1")
    counter = gateway.services["counter"]
    counter.delays[READ] = Event()
    with gateway.connection() as waiting:
        waiting.request("GET", READ)
        eventually(lambda: counter.seen)
        assert gateway.quit() == 0
        assert not counter.delays[READ].is_set()
        with pytest.raises((http.client.HTTPException, ConnectionError)):
            waiting.getresponse()


def test_sigterm_ends_it_at_once(start: Start) -> None:
    gateway = start(WORKERS="1")
    gateway.services["counter"].delays[READ] = Event()
    with gateway.connection() as waiting:
        waiting.request("GET", READ)
        eventually(lambda: gateway.services["counter"].seen)
        gateway.signal(signal.SIGTERM)
        assert gateway.program.process.wait(DEADLINE) == 0
        with contextlib.suppress(ConnectionError), pytest.raises(http.client.HTTPException):
            waiting.getresponse()
