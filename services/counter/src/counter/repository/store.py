"""Redis: how this service talks to it."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any

from prometheus_client import Counter, Histogram
from redis import Redis, exceptions
from redis.exceptions import ReadOnlyError, RedisClusterException, RedisError, ResponseError

from counter.errors import StoreUnavailable
from counter.repository import keys
from counter.repository.breaker import Breaker
from counter.repository.cluster import Cluster
from counter.repository.connections import TIMEOUT, connect
from counter.repository.lazily import Lazily
from counter.repository.redis_urls import parse
from counter.repository.scripts import Script

log = logging.getLogger(__name__)

COMMANDS = Counter("quartet_redis_commands", "What was asked of Redis, with an answer or without.", ["outcome"])
DURATION = Histogram(
    "quartet_redis_command_duration_seconds",
    "Time until Redis answered, or was given up.",
    buckets=(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5),
)
ANSWERED, NOT_ANSWERED = "ok", "failed"

for _outcome in (ANSWERED, NOT_ANSWERED):
    COMMANDS.labels(_outcome)

OURS = ("ERR", "WRONGTYPE", "CROSSSLOT")
"""What Redis says to a command that no Redis would take; anything else it says is about its own state."""


class Store:
    """One Redis, or several behind one URL.

    What was sent is never sent again: an increment whose answer was lost may have been counted, and a second one would
    count it twice. Reading is not tried again either: the caller can, and knows how long it may take.
    """

    def __init__(self, url: str, tls_ca: Path | None = None, timeout: float = TIMEOUT) -> None:
        # That of a cluster asks the nodes in the URL one after the other: longer than a request may take.
        self._connected = Lazily(partial(connect, parse(url), tls_ca, timeout), timeout)
        self._breaker = Breaker()
        self._scripts = {
            file.name.removesuffix(".lua"): Script(self._client, file.read_text())
            for file in files("counter.scripts").iterdir()
            if file.name.endswith(".lua")
        }

    @contextmanager
    def redis(self) -> Iterator[Redis]:
        """Yield the client; raises StoreUnavailable while Redis does not answer, or does not take what is written."""
        start, outcome = time.perf_counter(), ANSWERED
        try:
            with self._answering() as client:
                yield client
        except StoreUnavailable:
            outcome = NOT_ANSWERED
            raise
        finally:
            COMMANDS.labels(outcome).inc()
            DURATION.observe(time.perf_counter() - start)

    @contextmanager
    def _answering(self) -> Iterator[Redis]:
        client: Any = self._connected.peek()
        if isinstance(client, Cluster):
            with self._told():
                yield client  # type: ignore[misc]  # it has a breaker for each node: one that hangs must not hold up the others
            return
        if not self._breaker.lets_through():
            raise StoreUnavailable
        with self._told(), self._breaker.watching(RedisError, RedisClusterException):
            yield self._client()

    def pubsub(self) -> Any:
        """Return redis-py's PubSub, on a connection of its own; raises StoreUnavailable, and later RedisError."""
        with self._told():
            return self._client().pubsub()  # type: ignore[no-untyped-call]

    def script(self, name: str) -> Script:
        """Return the Lua script of that name, to be called within `redis()`."""
        return self._scripts[name]

    def check(self) -> None:
        """Return when Redis takes writes: a command that would write is accepted, and finds nothing to write to."""
        with self._told():
            self._client().set(keys.PROBE, "", xx=True)
        self._breaker.answered()

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Tell of Redis's failures as StoreUnavailable; what is our own fault stays what it is."""
        try:
            yield
        except (RedisError, RedisClusterException) as error:
            code = _code(error)
            if code in OURS:
                raise
            if isinstance(error, ReadOnlyError):
                self._forget_idle_connections()
            log.error("redis unavailable", extra={"reason": code or type(error).__name__})
            raise StoreUnavailable from error

    def _forget_idle_connections(self) -> None:
        """After a change of roles behind one name, connect anew: the name leads to the new master by then."""
        pool = getattr(self._connected.peek(), "connection_pool", None)
        if pool is not None:
            pool.disconnect(inuse_connections=False)

    def _client(self) -> Redis:
        try:
            return self._connected.get()
        except TimeoutError as error:
            raise exceptions.TimeoutError("no node of the cluster answers") from error


def _code(error: Exception) -> str:
    """Return the word that an error of Redis itself begins with, such as READONLY; "" for other errors."""
    if not isinstance(error, ResponseError):
        return ""
    return error.status_code or str(error).partition(" ")[0]
