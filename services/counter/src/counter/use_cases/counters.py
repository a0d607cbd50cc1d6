"""The counters of users."""

from counter.limits import Limits
from counter.repository import counters
from counter.repository.counters import Counted, Counter, Once
from counter.repository.store import Store
from counter.searches import CountersByName
from counter.use_cases.names import checked_name
from quartet.idempotency import fingerprint
from quartet.paging import Page

Counters = Page[Counter, CountersByName]


def increment(store: Store, limits: Limits, owner: str, name: str, by: int, key: str | None = None) -> Counted:
    """Add `by` to the owner's counter, made at its first increment; with a key, once however often it is asked for.

    Raises:
        InvalidInput: the name breaks the rule for names.
        CounterOverflow: the value would leave the range of 64-bit integers.
        CounterLimitReached: the owner has as many counters as one may have.
        IdempotencyKeyReused: the key was used for another increment of this counter.
        TooManyKeys: the owner has used as many keys as one may within a day.
    """
    once = Once(key, fingerprint(str(by))) if key is not None else None
    return counters.increment(store, owner, checked_name(name), by, once, limits)


def read(store: Store, owner: str, name: str) -> int:
    """Return the value of the owner's counter; raises InvalidInput, CounterNotFound."""
    return counters.value(store, owner, checked_name(name))


def list_counters(store: Store, owner: str, limit: int, after: CountersByName | None, prefix: str) -> Counters:
    """Return a page of the owner's counters whose names begin with `prefix`, by name."""
    found = counters.page(store, owner, limit + 1, after, prefix)
    return Counters.of(found, limit, lambda counter: CountersByName(name=counter.name))


def delete(store: Store, owner: str, name: str) -> None:
    """Remove the owner's counter with its history and its visitors; raises InvalidInput, CounterNotFound."""
    counters.delete(store, owner, checked_name(name))
