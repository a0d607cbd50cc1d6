"""The counters of users."""

from counter.errors import CounterNotFound, CounterOverflow
from counter.repository.store import Store, key_of


def increment(store: Store, owner: str, name: str, by: int) -> int:
    """Add `by` to a counter and return its new value; raises CounterOverflow."""
    script = store.script("increment")
    with store.redis():
        done, value = script([_key(owner, name)], [by])
    if not done:
        raise CounterOverflow
    return int(value)


def value(store: Store, owner: str, name: str) -> int:
    """Return the value of a counter; raises CounterNotFound."""
    with store.redis() as redis:
        value = redis.get(_key(owner, name))
    if value is None:
        raise CounterNotFound
    return int(value)


def _key(owner: str, name: str) -> str:
    return key_of(owner, "counter", name)
