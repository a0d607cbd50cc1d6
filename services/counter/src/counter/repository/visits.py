"""The count of all visits."""

from counter.repository.store import Store

VISITS = "quartet:visits"


def add(store: Store) -> int:
    """Count one visit and return how many there were."""
    with store.redis() as redis:
        return int(redis.incr(VISITS))
