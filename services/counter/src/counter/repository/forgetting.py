"""Forgetting a user: in many short steps, since Redis does nothing else during each."""

import re
from typing import Any

from counter.errors import CounterNotFound
from counter.repository import counters, keys
from counter.repository.store import Store

STEP = 100


def forget(store: Store, owner: str) -> int:
    """Remove all that is kept of a user, and return how many counters these were; it may be repeated."""
    forgotten = 0
    while page := counters.page(store, owner, STEP):
        for counter in page:
            try:
                counters.delete(store, owner, counter.name)
            except CounterNotFound:
                continue  # somebody else was quicker
            forgotten += 1
    with store.redis() as client:
        redis: Any = client  # plain UNLINK: of `unlink`, a cluster's client would make a pipeline
        redis.execute_command("UNLINK", keys.keyed(owner))
        # No index has the records of Idempotency-Keys: a user has up to KEYS_PER_USER, and each ends within a day.
        for record in redis.scan_iter(match=keys.once(_literally(owner), "*", "*"), count=1000):
            redis.execute_command("UNLINK", record)
    return forgotten


def _literally(text: str) -> str:
    """Return a pattern of Redis's that a text alone fits."""
    return re.sub(r"([*?^\[\]\\-])", r"\\\1", text)
