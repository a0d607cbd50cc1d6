"""What counter counts: increments, each once, and what it asks of Redis."""

import pytest

from counter.errors import CounterOverflow, StoreUnavailable
from counter.repository import counters
from counter.repository.counters import Once
from counter.repository.store import Store
from quartet.testing.growth import Growth
from services.counter.tests.absent import nobody


def test_an_increment_counts_once_however_often_it_is_sent(store: Store) -> None:
    increments = Growth("counter_increments_total")
    counters.increment(store, "ada", "coffee", 2**63 - 1)
    with pytest.raises(CounterOverflow):
        counters.increment(store, "ada", "coffee", 1)
    for _ in range(3):
        counters.increment(store, "ada", "tea", 1, Once("a key", "a fingerprint"))
    assert increments.total() == 2


def test_what_redis_answers_is_told_from_what_it_does_not(store: Store) -> None:
    asked = Growth("quartet_redis_commands_total")
    times = Growth("quartet_redis_command_duration_seconds_count")
    counters.increment(store, "ada", "coffee", 1)
    assert counters.value(store, "ada", "coffee") == 1
    with nobody() as port, pytest.raises(StoreUnavailable):
        counters.value(Store(f"redis://127.0.0.1:{port}/0"), "ada", "coffee")
    assert asked.by_label() == {"ok": 2, "failed": 1}
    assert times.total() == 3
