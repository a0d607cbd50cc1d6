"""The counters of users."""

from counter.repository import counters
from counter.repository.store import Store
from counter.use_cases.names import checked_name


def increment(store: Store, owner: str, name: str, by: int) -> int:
    """Add `by` to the owner's counter, made at its first increment, and return its new value.

    Raises:
        InvalidInput: the name breaks the rule for names.
        CounterOverflow: the value would leave the range of 64-bit integers.
    """
    return counters.increment(store, owner, checked_name(name), by)


def read(store: Store, owner: str, name: str) -> int:
    """Return the value of the owner's counter; raises InvalidInput, CounterNotFound."""
    return counters.value(store, owner, checked_name(name))
