"""What slows guessing down: counters in the database, so that they hold across workers and replicas.

A try is counted *before* it is made and given back when it was right, so that a thousand tries at once are a thousand
tries. Nobody is ever locked out for good: a block is a pause, which doubles up to `longest`. Keys are made of what the
caller sent, whether or not it belongs to anybody: a throttle tells nothing of who has an account.
"""

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from auth import repository
from auth.resources import Resources
from quartet.errors import TooManyRequests
from quartet.retries import retried


@dataclass(frozen=True)
class Limit:
    """`free` tries are free; each that follows is blocked for `first`, then twice as long, up to `longest`.

    After `memory` without a try all is forgotten.
    """

    kind: str
    free: int
    first: timedelta
    longest: timedelta
    memory: timedelta

    def pause(self, count: int) -> timedelta:
        """Return how long the next try has to wait after the `count`-th one."""
        if count < self.free:
            return timedelta(0)
        return min(self.first * 2.0 ** min(count - self.free, 30), self.longest)


@retried
def take(auth: Resources, *tries: tuple[Limit, str]) -> None:
    """Count a try under all these limits and keys; raises TooManyRequests, and counts nothing, while one is blocked."""
    now = datetime.now(UTC)
    with auth.database.writing() as session:
        held = [
            (limit, repository.throttles.hold(session, limit.kind, auth.seals.digest(key), now + limit.memory))
            for limit, key in sorted(tries, key=lambda each: each[0].kind)
        ]
        waits = [each.blocked_until - now for _, each in held if each.blocked_until and each.blocked_until > now]
        if waits:
            raise TooManyRequests(math.ceil(max(waits).total_seconds()))
        for limit, each in held:
            each.count = 1 if each.expires_at <= now else each.count + 1
            each.blocked_until = now + limit.pause(each.count)
            each.expires_at = now + limit.memory
        session.commit()


@retried
def give_back(auth: Resources, *tries: tuple[Limit, str]) -> None:
    """Forget what was counted: the try was right."""
    with auth.database.writing() as session:
        for limit, key in sorted(tries, key=lambda each: each[0].kind):
            repository.throttles.remove(session, limit.kind, auth.seals.digest(key))
        session.commit()
