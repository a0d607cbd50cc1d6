"""Redis: how this service talks to it, and the names of its keys."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files

from redis import Redis
from redis.backoff import NoBackoff
from redis.commands.core import Script
from redis.exceptions import RedisError
from redis.retry import Retry

from counter.errors import StoreUnavailable
from counter.repository.subscriptions import Subscription

log = logging.getLogger(__name__)

TIMEOUT = 1.0


class Store:
    """One Redis.

    What was sent is never sent again: an increment whose answer was lost may have been counted, and a second one would
    count it twice.
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
        self._scripts = {
            file.name.removesuffix(".lua"): self._redis.register_script(file.read_text())
            for file in files("counter.scripts").iterdir()
            if file.name.endswith(".lua")
        }

    @contextmanager
    def redis(self) -> Iterator[Redis]:
        """Yield the client; raises StoreUnavailable while Redis does not answer."""
        try:
            yield self._redis
        except RedisError as error:
            log.error("redis unavailable", extra={"reason": type(error).__name__})
            raise StoreUnavailable from error

    def script(self, name: str) -> Script:
        """Return the Lua script of that name, to be called within `redis()`."""
        return self._scripts[name]

    @contextmanager
    def subscribe(self, channel: str) -> Iterator[Subscription]:
        """Yield a subscription that is in force; raises StoreUnavailable, also when it is lost later on."""
        with self.redis() as redis, Subscription(redis, channel, TIMEOUT) as subscription:
            yield subscription

    def check(self) -> None:
        """Return when Redis answers."""
        with self.redis() as redis:
            redis.ping()


def key_of(owner: str, kind: str, *parts: str) -> str:
    """Return a key of a user's; the braces keep all that a user has on one node of a cluster."""
    return ":".join(("quartet", kind, f"{{{owner}}}", *parts))
