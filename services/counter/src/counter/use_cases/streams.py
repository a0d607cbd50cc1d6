"""Streams: the value of a counter now, and whenever it changes, for a minute at most."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum

from counter.errors import CounterNotFound, StoreUnavailable
from counter.repository import keys, streams
from counter.repository.live import PATIENCE, Feed, Live
from counter.repository.store import Store
from counter.use_cases.names import checked_name
from counter.use_cases.places import Places

PACE = 0.1
"""Seconds between two values of a stream at the least: of those in between, only the newest is told."""

TURN = 0.5
"""Seconds after which a stream in which nothing happens looks whether it is read, and whether the process ends."""


class Sign(Enum):
    """What happens in a stream beside values."""

    IDLE = "nothing"
    ALIVE = "nothing for so long that the reader should be told"
    DELETED = "the counter was deleted"
    OVER = "the stream ends, and may be opened again"


@dataclass(eq=False)
class Stream:
    """An open stream."""

    owner: str
    name: str
    feed: Feed
    opened: float = field(default_factory=time.monotonic)


class Streams:
    """The streams of one process."""

    def __init__(
        self, store: Store, places: Places, *, life: float, heartbeat: float, draining: threading.Event
    ) -> None:
        """
        Args:
            life: seconds after which a stream ends.
            heartbeat: seconds without a value after which its reader gets a sign of life.
            draining: set when the process is told to end.
        """
        self._store, self._places, self._live = store, places, Live(store)
        self._life, self._heartbeat, self._draining = life, heartbeat, draining
        self._open: set[Stream] = set()

    def open(self, owner: str, name: str) -> Stream:
        """Return a stream of the owner's counter, which is for `close` in the end.

        Raises:
            InvalidInput: the name breaks the rule for names.
            CounterNotFound: there is no such counter.
            StreamsFull, TooManyStreams: all places are taken.
        """
        checked_name(name)
        self._places.take(owner)
        try:
            stream = Stream(owner, name, self._live.open(keys.live(owner, name)))
        except BaseException:
            self._places.leave(owner)
            raise
        self._open.add(stream)
        try:
            stream.feed.wait()
            streams.announce(self._store, owner, name, stream.feed.mark)
        except BaseException:
            self.close(stream)
            raise
        return stream

    def close(self, stream: Stream) -> None:
        """End a stream, if it has not ended."""
        if stream in self._open:
            self._open.remove(stream)
            self._live.close(keys.live(stream.owner, stream.name), stream.feed)
            self._places.leave(stream.owner)

    def follow(self, stream: Stream) -> Iterator[int | Sign]:
        """Yield the present value, then others as they come, and signs; DELETED or OVER is the last."""
        try:
            yield from self._follow(stream)
        except StoreUnavailable:
            yield Sign.OVER
        except CounterNotFound:
            yield Sign.DELETED

    def _follow(self, stream: Stream) -> Iterator[int | Sign]:
        shown: str | None = None
        end, beat, owed = stream.opened + self._life, stream.opened + self._heartbeat, time.monotonic() + PATIENCE
        while (now := time.monotonic()) < end and not self._draining.is_set():
            value = stream.feed.take(max(0.0, min(TURN, end - now, beat - now)))
            if value == keys.GONE:
                raise CounterNotFound
            if value is not None:
                owed = end
            if value not in (None, shown):
                shown, beat = value, now + self._heartbeat
                yield int(value)
                time.sleep(PACE)
            elif time.monotonic() > owed:
                raise StoreUnavailable  # what was announced did not arrive: this connection hears nothing any more
            elif now >= beat:
                # To be sure of it: after a failover, a connection may be to a Redis to which nobody publishes.
                streams.announce(self._store, stream.owner, stream.name, stream.feed.mark)
                beat, owed = now + self._heartbeat, min(owed, now + PATIENCE)
                yield Sign.ALIVE
            else:
                yield Sign.IDLE  # also when the value that came is the one that was shown: is there still a reader?
        yield Sign.OVER
