"""What slows guessing down: counters in the database, so that they hold across workers and replicas.

A try is counted *before* it is made and given back when it was right, so that a thousand tries at once are a thousand
tries. Nobody is ever locked out for good: a block is a pause, which doubles up to `longest`. Keys are made of what the
caller sent, whether or not it belongs to anybody: a throttle tells nothing of who has an account.
"""

import math
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from auth import repository
from auth.models import Throttle
from auth.resources import Resources
from quartet.errors import TooManyRequests
from quartet.retries import retried


@dataclass(frozen=True)
class Limit:
    """`free` tries are free; each that follows is blocked for `first`, then twice as long, up to `longest`.

    One try is forgotten in each `longest`: whoever goes on as fast as that comes no faster, and the slips of many
    people behind one address do not add up.
    """

    kind: str
    free: int
    first: timedelta
    longest: timedelta

    def times(self, factor: float) -> "Limit":
        """Return this limit with so many times its free tries, at least one."""
        return replace(self, free=max(1, round(self.free * factor)))

    def pause(self, count: int) -> timedelta:
        """Return how long the next try has to wait after the `count`-th one."""
        if count < self.free:
            return timedelta(0)
        return min(self.first * 2.0 ** min(count - self.free, 30), self.longest)


Try = tuple[Limit, str]
"""A limit, and the key that is counted under it."""


@retried
def take(auth: Resources, *tries: Try) -> None:
    """As `count`, in a transaction of its own."""
    with auth.database.writing() as session:
        count(auth, session, *tries)
        session.commit()


@retried
def give_back(auth: Resources, *tries: Try) -> None:
    """As `uncount`, in a transaction of its own."""
    with auth.database.writing() as session:
        uncount(auth, session, *tries)
        session.commit()


def count(auth: Resources, session: Session, *tries: Try) -> None:
    """Count a try under all these limits and keys; raises TooManyRequests, and counts nothing, while one is blocked."""
    rows = {_row(auth, each): each[0].times(auth.settings.throttle_factor) for each in tries}
    held = repository.throttles.hold_all(session, rows, datetime.now(UTC))
    now = datetime.now(UTC)  # only now, for others may have counted while we waited
    waits = [each.blocked_until - now for each in held.values() if each.blocked_until and each.blocked_until > now]
    if waits:
        raise TooManyRequests(math.ceil(max(waits).total_seconds()))
    for row, limit in rows.items():
        _count(held[row], limit, now)


def uncount(auth: Resources, session: Session, *tries: Try) -> None:
    """Count one try less under these limits and keys: it was right. What was wrong before it stays counted."""
    rows = {_row(auth, each): each[0].times(auth.settings.throttle_factor) for each in tries}
    held = repository.throttles.hold_all(session, rows, datetime.now(UTC))
    now = datetime.now(UTC)
    for row, throttle in held.items():
        throttle.expires_at -= rows[row].longest
        throttle.count = _level(throttle, rows[row], now)
        throttle.blocked_until = None
        if throttle.count == 0:
            # A guess that finds no row makes one. It would take less where somebody has just logged in.
            session.delete(throttle)


def forget(auth: Resources, session: Session, *tries: Try) -> None:
    """Forget all that was counted under these limits and keys."""
    repository.throttles.remove(session, [_row(auth, each) for each in tries])


def _row(auth: Resources, each: Try) -> tuple[str, str]:
    limit, key = each
    return limit.kind, auth.seals.digest(key)


def _count(throttle: Throttle, limit: Limit, now: datetime) -> None:
    throttle.count = _level(throttle, limit, now) + 1
    throttle.expires_at = max(throttle.expires_at, now) + limit.longest
    throttle.blocked_until = now + limit.pause(throttle.count)


def _level(throttle: Throttle, limit: Limit, now: datetime) -> int:
    """Return how many tries are not forgotten yet; the last of them is when the row expires."""
    return max(0, math.ceil((throttle.expires_at - now) / limit.longest))
