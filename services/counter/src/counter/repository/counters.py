"""The counters of users: their values, and the index of their names."""

import hashlib
from dataclasses import dataclass

from prometheus_client import Counter as Count

from counter.errors import CounterLimitReached, CounterNotFound, CounterOverflow, TooManyKeys
from counter.limits import Limits
from counter.repository import keys, visitors
from counter.repository.store import Store
from counter.searches import CountersByName
from quartet.idempotency import LIFETIME, IdempotencyKeyReused

INCREMENTS = Count("counter_increments", "Increments of users' counters, each once however often it was sent.")
AFTER_ALL = "\x7f"  # sorts behind all that a name may have
DEFAULT = Limits()


@dataclass(frozen=True)
class Counter:
    name: str
    value: int


@dataclass(frozen=True)
class Once:
    """What a repeated request is known by: the key that its caller gave it, and the fingerprint of what it asks."""

    key: str
    fingerprint: str


@dataclass(frozen=True)
class Counted:
    """The value after an increment, and whether it is the answer that an earlier, equal request got."""

    value: int
    replayed: bool = False


def increment(
    store: Store, owner: str, name: str, by: int, once: Once | None = None, limits: Limits = DEFAULT
) -> Counted:
    """Add `by` to a counter, made if there is none.

    Raises:
        CounterOverflow, CounterLimitReached: nothing was changed.
        IdempotencyKeyReused: the key of `once` was used for another increment of this counter.
        TooManyKeys: with as many keys as the owner may use within a day.
    """
    touched = [keys.values(owner), keys.names(owner), keys.hours(owner, name), keys.days(owner, name)]
    given: list[str | int] = [name, by, keys.live(owner, name), limits.counters, limits.hours, limits.days]
    if once is not None:
        touched += [keys.once(owner, name, hashlib.sha256(once.key.encode()).hexdigest()), keys.keyed(owner)]
        given += [once.fingerprint, LIFETIME, limits.keyed]
    script = store.script("increment")
    with store.redis():
        word, *value = script(touched, given)
    match word:
        case "overflow":
            raise CounterOverflow
        case "full":
            raise CounterLimitReached(limits.counters)
        case "reused":
            raise IdempotencyKeyReused
        case "keys":
            raise TooManyKeys(max(1, int(value[0])))
    if word != "replayed":
        INCREMENTS.inc()
    return Counted(int(value[0]), word == "replayed")


def value(store: Store, owner: str, name: str) -> int:
    """Return the value of a counter; raises CounterNotFound."""
    with store.redis() as redis:
        value = redis.hget(keys.values(owner), name)
    if value is None:
        raise CounterNotFound
    return int(value)


def page(store: Store, owner: str, most: int, after: CountersByName | None = None, prefix: str = "") -> list[Counter]:
    """Return the first counters behind a place whose names begin with `prefix`, in the order of the names' bytes."""
    first = f"({after.name}" if after is not None and after.name >= prefix else f"[{prefix}"
    script = store.script("page")
    with store.redis():
        names, values = script([keys.values(owner), keys.names(owner)], [first, f"({prefix}{AFTER_ALL}", most])
    return [Counter(name, int(value)) for name, value in zip(names, values, strict=True)]


def delete(store: Store, owner: str, name: str) -> None:
    """Remove a counter and all that is kept of it; raises CounterNotFound.

    The records of idempotency keys stay: an increment that is sent again must not bring the counter back.
    """
    touched = [keys.values(owner), keys.names(owner), keys.badge(owner, name)]
    touched += [keys.hours(owner, name), keys.days(owner, name)]
    touched += [keys.visitors(owner, name), *visitors.day_keys(owner, name)]
    script = store.script("delete")
    with store.redis():
        deleted = script(touched, [name, keys.live(owner, name), keys.GONE])
    if not deleted:
        raise CounterNotFound
