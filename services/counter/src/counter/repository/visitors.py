"""The unique visitors of a counter, each day and in all, as HyperLogLogs.

Redis gets a digest of a visitor, and no more: what it is sent is also in its append-only file and its SLOWLOG.

A day is one key, which ends by itself. Keys are declared before the script learns from Redis what day it is: by our own
clock they are those of some days around, and a script that finds it a day away refuses.
"""

import hashlib
import time
from dataclasses import dataclass

from counter.errors import CounterLimitReached, CounterNotFound
from counter.limits import LONGEST_VISITOR_DAYS, Limits
from counter.repository import keys
from counter.repository.store import Store
from counter.spans import MOST_POINTS, Counts, Span, SpanTooLong, Unit


@dataclass(frozen=True)
class Unique:
    """Unique visitors of today and in all."""

    today: int
    total: int


def add(store: Store, owner: str, name: str, visitor: str, limits: Limits) -> Unique:
    """Count a visitor of a counter, made at 0 if there is none; raises CounterLimitReached."""
    first = today() - 1
    days = [keys.visitors_of(owner, name, day) for day in range(first, first + 3)]
    touched = [keys.values(owner), keys.names(owner), keys.visitors(owner, name), *days]
    script = store.script("visitor")
    with store.redis():
        word, *counts = script(
            touched, [name, digest_of(owner, name, visitor), limits.counters, limits.visitor_days, first]
        )
    if word == "full":
        raise CounterLimitReached(limits.counters)
    return Unique(*counts)


def digest_of(owner: str, name: str, visitor: str) -> str:
    """Return what a visitor of this counter is known by: 128 bits, which tell nothing to who cannot guess them."""
    parts = [part.encode() for part in (owner, name, visitor)]
    framed = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    return hashlib.blake2b(framed, digest_size=16).hexdigest()


def read(store: Store, owner: str, name: str, span: Span, limits: Limits) -> tuple[int, Counts]:
    """Return the unique visitors in all, and of each day of the span, as far as it is kept and not in the future.

    Raises:
        CounterNotFound, SpanTooLong.
    """
    now = today()
    first = now - limits.visitor_days
    days = [keys.visitors_of(owner, name, day) for day in range(first, now + 2)]
    bounds = ["" if each is None else each for each in (span.start, span.end)]
    script = store.script("visitors")
    with store.redis():
        word, *found = script(
            [keys.values(owner), keys.visitors(owner, name), *days],
            [name, *bounds, limits.visitor_days, Unit.DAY.shown, MOST_POINTS, first],
        )
    match word:
        case "missing":
            raise CounterNotFound
        case "long":
            raise SpanTooLong
    total, start, counts = found
    return total, Counts(start, counts)


def day_keys(owner: str, name: str) -> list[str]:
    """Return the keys of all days that may be there, kept by whatever setting."""
    now = today()
    return [keys.visitors_of(owner, name, day) for day in range(now - LONGEST_VISITOR_DAYS, now + 2)]


def today() -> int:
    """Return the number of the day since 1970, by our own clock."""
    return int(time.time()) // Unit.DAY.value
