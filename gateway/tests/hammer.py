"""Asks with tokens all the time, from several threads, while something happens to the gateway."""

import contextlib
import http.client
import os
import signal
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Lock
from typing import Any

from gateway.tests.platform_under_test import Gateway
from quartet.testing.waiting import eventually

THREADS = 2
ENOUGH = 20


class Hammer:
    """What the gateway answered so far, by status; a connection that broke is no answer."""

    def __init__(self, gateway: Gateway, tokens: Sequence[str]) -> None:
        self.statuses: Counter[int] = Counter()
        self._gateway = gateway
        self._tokens = tokens
        self._over = Event()
        self._going = Event()
        self._going.set()
        self.turns = [Lock() for _ in range(THREADS)]

    def go_on(self) -> None:
        """Wait until each token has been asked with some times more."""
        before = self.statuses.total()
        eventually(lambda: self.statuses.total() > before + ENOUGH * len(self._tokens))

    def kill(self, process: int) -> None:
        """Kill a worker while no answer is under way.

        njs locks a zone by a counter that knows no owner: who dies in there leaves it locked, and all others wait for
        ever. They let nobody in, but until somebody restarts the gateway there is nothing more to test.
        """
        self._going.clear()
        with contextlib.ExitStack() as stack:
            for turn in self.turns:
                stack.enter_context(turn)
            os.kill(process, signal.SIGKILL)
        self._going.set()

    def end(self) -> None:
        self._over.set()

    def strike(self, turn: Lock) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._gateway.port, timeout=5)
        with contextlib.closing(connection):
            while not self._over.is_set():
                for token in self._tokens:
                    self._going.wait()
                    with turn:
                        self._ask(connection, token)

    def _ask(self, connection: http.client.HTTPConnection, token: str) -> None:
        try:
            connection.request("GET", "/api/count", headers={"Authorization": f"Bearer {token}"})
            answer = connection.getresponse()
            answer.read()
            self.statuses[answer.status] += 1
        except (OSError, http.client.HTTPException):
            connection.close()
            time.sleep(0.01)  # nobody listens: not as fast as a loop can


@contextlib.contextmanager
def asking(gateway: Gateway, *tokens: str) -> Iterator[Hammer]:
    """While this lasts, and some time before and after, the gateway is asked with these tokens."""
    hammer = Hammer(gateway, tokens)
    with ThreadPoolExecutor(THREADS) as pool:
        striking = [pool.submit(hammer.strike, turn) for turn in hammer.turns]
        try:
            hammer.go_on()
            yield hammer
            hammer.go_on()
        finally:
            hammer.end()
        for thread in striking:
            thread.result()


@contextlib.contextmanager
def never_let_in(gateway: Gateway, *tokens: str) -> Iterator[Hammer]:
    """The same, and nobody who has one of these tokens gets through."""
    with asking(gateway, *tokens) as hammer:
        yield hammer
    assert set(hammer.statuses) <= {401, 503}, hammer.statuses


def revoked_tokens(gateway: Gateway) -> list[str]:
    """Tokens that are dead for each reason that the feed knows: of each two, one was let in before."""
    key, feed = gateway.auth.keys[0], gateway.auth.feed
    claims: list[dict[str, Any]] = [{"sid": "ended"}, {"sub": "everywhere", "ver": 1}, {"sub": "deleted"}]
    now = feed.now()
    tokens = [key.token(iat=now, nbf=now, **one) for one in claims for _ in range(2)]
    for token in tokens[::2]:
        assert gateway.code(token) == "ok"
    feed.append("session.revoked", "ended")
    feed.append("user.revoked", "everywhere", 2)
    feed.append("user.deleted", "deleted")
    gateway.pulled()
    eventually(lambda: all(gateway.code(token) == "token_revoked" for token in tokens))
    return tokens
