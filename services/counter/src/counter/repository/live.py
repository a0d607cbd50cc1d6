"""Listening for what is published: one connection to Redis for all streams of a process.

Its thread starts with the first stream and ends with the last, so nothing of it is there before the workers are forked.
When the connection breaks, all streams of the moment are told so: what was published meanwhile nobody knows, and their
readers come back and begin with the present value.
"""

import logging
import secrets
import threading
from contextlib import closing
from typing import Any

from redis.exceptions import ConnectionError as Disconnected
from redis.exceptions import RedisClusterException, RedisError

from counter.errors import StoreUnavailable
from counter.repository.keys import GONE
from counter.repository.store import Store

log = logging.getLogger(__name__)

PATIENCE = 1.0
"""Seconds that Redis has to confirm a subscription, or to bring what was just published."""

TURN = 0.02
"""Seconds after which the thread looks for streams that came or went: only it may use the connection."""


class Feed:
    """What one stream has not taken yet of a channel: the newest value alone.

    It begins with the value that was announced for `mark`; what comes before that is older.
    """

    def __init__(self) -> None:
        self.mark = secrets.token_hex(4)
        self._state = threading.Condition()
        self._newest: str | None = None
        self._confirmed = self._begun = self._lost = False

    def confirm(self) -> None:
        with self._state:
            self._confirmed = True
            self._state.notify()

    def put(self, value: str, mark: str) -> None:
        """Take over a value; after GONE none counts, since it would be that of another counter."""
        with self._state:
            self._begun = self._begun or mark == self.mark
            if self._begun and self._newest != GONE:
                self._newest = value
                self._state.notify()

    def lose(self) -> None:
        with self._state:
            self._lost = True
            self._state.notify()

    def wait(self) -> None:
        """Return when all that is published from now on arrives here; raises StoreUnavailable."""
        with self._state:
            self._state.wait_for(lambda: self._confirmed or self._lost, PATIENCE)
            if self._lost or not self._confirmed:
                raise StoreUnavailable

    def take(self, within: float) -> str | None:
        """Return the newest value that was not taken yet, or None when there is none `within` seconds.

        Raises:
            StoreUnavailable: the connection is lost, and values with it perhaps.
        """
        with self._state:
            self._state.wait_for(lambda: self._newest is not None or self._lost, within)
            if self._lost:
                raise StoreUnavailable
            newest, self._newest = self._newest, None
            return newest


class Live:
    """All the feeds of a process."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._feeds: dict[str, set[Feed]] = {}
        self._asked: set[str] = set()
        self._confirmed: set[str] = set()
        self._thread: threading.Thread | None = None

    def open(self, channel: str) -> Feed:
        """Return a feed of a channel, which is for `close` in the end; see `Feed.wait`."""
        feed = Feed()
        with self._lock:
            if self._thread is None:
                thread = threading.Thread(target=self._listen, name="live", daemon=True)
                thread.start()  # first of all: where no thread can be had, the next stream tries again
                self._thread = thread
            self._feeds.setdefault(channel, set()).add(feed)
            if channel in self._confirmed:
                feed.confirm()
        return feed

    def close(self, channel: str, feed: Feed) -> None:
        with self._lock:
            feeds = self._feeds.get(channel, set())
            feeds.discard(feed)
            if not feeds:
                self._feeds.pop(channel, None)

    def _listen(self) -> None:
        try:
            with closing(self._store.pubsub()) as pubsub:
                while self._follow(pubsub):
                    message = pubsub.get_message(timeout=TURN)
                    if message is not None:
                        self._deliver(message)
        except (StoreUnavailable, RedisError, RedisClusterException) as error:
            log.error("live values interrupted", extra={"reason": type(error).__name__})
        finally:
            self._end()

    def _follow(self, pubsub: Any) -> bool:
        """Listen to the channels that have feeds, and to no others; whether there are any."""
        with self._lock:
            wanted = set(self._feeds)
            if not wanted:
                self._forget()
                return False
            begun, ended = wanted - self._asked, (self._asked & self._confirmed) - wanted
            self._asked = (self._asked | begun) - ended
            self._confirmed -= ended
        if begun:
            pubsub.subscribe(*begun)
        if ended:
            pubsub.unsubscribe(*ended)
        return True

    def _deliver(self, message: dict[str, Any]) -> None:
        channel = message["channel"]
        with self._lock:
            feeds = list(self._feeds.get(channel, ()))
            if message["type"] == "subscribe":
                if channel in self._confirmed:  # redis-py has connected anew: something may be missing
                    raise Disconnected("the subscription was interrupted")
                self._confirmed.add(channel)
        for feed in feeds:
            if message["type"] == "subscribe":
                feed.confirm()
            elif message["type"] == "message":
                value, _, mark = message["data"].partition(" ")
                feed.put(value, mark)

    def _end(self) -> None:
        with self._lock:
            if self._thread is not threading.current_thread():
                return  # the last stream has gone, and perhaps another came
            self._forget()
            feeds = [feed for each in self._feeds.values() for feed in each]
            self._feeds.clear()
        for feed in feeds:
            feed.lose()

    def _forget(self) -> None:
        self._thread, self._asked, self._confirmed = None, set(), set()
