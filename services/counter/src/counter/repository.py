"""The counters in Redis. Every function is one round trip."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from counter.errors import CounterNotFound, CounterOverflow, StoreUnavailable

log = logging.getLogger(__name__)

TIMEOUT = 1.0
VISITS = "quartet:visits"


class Counters:
    """Counters of users, and the one of all visits.

    Raises StoreUnavailable from every method while Redis does not answer. What was sent is never sent again: an
    increment whose answer was lost may have been counted, and a second one would count it twice.
    """

    def __init__(self, url: str) -> None:
        self._redis = Redis.from_url(
            url,
            socket_timeout=TIMEOUT,
            socket_connect_timeout=TIMEOUT,
            retry=Retry(NoBackoff(), 0),
            health_check_interval=0,
            decode_responses=True,
        )
        self._increment = self._redis.register_script(files("counter").joinpath("increment.lua").read_text())

    def add_visit(self) -> int:
        """Count one visit and return how many there were."""
        with _store():
            return int(self._redis.incr(VISITS))

    def increment(self, owner: str, name: str, by: int) -> int:
        """Add `by` to a counter and return its new value; raises CounterOverflow."""
        with _store():
            done, value = self._increment([_key(owner, name)], [by])
        if not done:
            raise CounterOverflow
        return int(value)

    def value(self, owner: str, name: str) -> int:
        """Return the value of a counter; raises CounterNotFound."""
        with _store():
            value = self._redis.get(_key(owner, name))
        if value is None:
            raise CounterNotFound
        return int(value)

    def check(self) -> None:
        """Return when Redis answers."""
        with _store():
            self._redis.ping()


def _key(owner: str, name: str) -> str:
    # The braces keep all counters of a user on one node of a cluster.
    return f"quartet:counter:{{{owner}}}:{name}"


@contextmanager
def _store() -> Iterator[None]:
    try:
        yield
    except RedisError as error:
        log.error("redis unavailable", extra={"reason": type(error).__name__})
        raise StoreUnavailable from error
