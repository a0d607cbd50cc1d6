"""The count of all visits."""

from counter.repository import keys
from counter.repository.store import Store


def add(store: Store) -> int:
    """Count one visit and return how many there were."""
    with store.redis() as redis:
        return int(redis.incr(keys.VISITS))
