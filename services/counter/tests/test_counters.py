"""Named counters: exact to the edges of int64, bounded in number, gone when they are deleted."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from counter.errors import CounterLimitReached, CounterNotFound, CounterOverflow
from counter.limits import LONGEST_VISITOR_DAYS, Limits
from counter.repository import badges, counters, series, visitors
from counter.repository.badges import Look
from counter.repository.counters import Counted, Once
from counter.repository.store import Store
from counter.spans import Span, Unit
from services.counter.tests.valkey import Valkey

SMALLEST, LARGEST = -(2**63), 2**63 - 1
LIMITS = Limits()


def in_parallel(calls: int, work: Callable[[], Any]) -> list[Any]:
    """What each of so many calls returned, or raised."""

    def call(_: int) -> Any:
        try:
            return work()
        except (CounterLimitReached, CounterNotFound) as error:
            return type(error)

    with ThreadPoolExecutor(16) as pool:
        return list(pool.map(call, range(calls)))


def sums(store: Store, unit: Unit = Unit.HOUR) -> int:
    """All that the series of ada's coffee hold."""
    return sum(series.read(store, "ada", "coffee", unit, Span(), LIMITS).counts)


@pytest.mark.parametrize(("edge", "step"), [(LARGEST, 1), (SMALLEST, -1)])
def test_an_increment_over_the_edge_changes_no_sum(store: Store, valkey: Valkey, edge: int, step: int) -> None:
    counters.increment(store, "ada", "coffee", 5)
    valkey.client().hset("quartet:counters:{ada}", "coffee", str(edge))
    with pytest.raises(CounterOverflow):
        counters.increment(store, "ada", "coffee", step)
    assert counters.value(store, "ada", "coffee") == edge
    assert (sums(store), sums(store, Unit.DAY)) == (5, 5)


@pytest.mark.parametrize("kept", ["hours", "days"])
@pytest.mark.parametrize("step", [2**31, -(2**31)])
def test_a_sum_at_its_edge_refuses_all_of_the_increment(store: Store, valkey: Valkey, kept: str, step: int) -> None:
    counters.increment(store, "ada", "coffee", 0)
    with valkey.client() as redis:
        (now,) = redis.hkeys(f"quartet:{kept}:{{ada}}:coffee")
        redis.hset(f"quartet:{kept}:{{ada}}:coffee", now, str(LARGEST if step > 0 else SMALLEST))
    with pytest.raises(CounterOverflow):
        counters.increment(store, "ada", "coffee", step)
    assert counters.value(store, "ada", "coffee") == 0
    assert sums(store, Unit.DAY if kept == "hours" else Unit.HOUR) == 0


def test_at_the_limit_exactly_as_many_counters_are_made_as_there_may_be(store: Store) -> None:
    limits, names = Limits(counters=10), iter([f"c{n}" for n in range(40)])
    found = in_parallel(40, lambda: counters.increment(store, "ada", next(names), 1, limits=limits))
    assert found.count(Counted(1)) == 10
    assert found.count(CounterLimitReached) == 30
    made = [each.name for each in counters.page(store, "ada", 100)]
    assert len(made) == 10
    assert counters.increment(store, "ada", made[0], 1, limits=limits) == Counted(2)
    with pytest.raises(CounterLimitReached, match="10"):
        visitors.add(store, "ada", "one-more", "x", limits)
    counters.increment(store, "bob", "c", 1, limits=limits)
    counters.delete(store, "ada", made[0])
    assert visitors.add(store, "ada", "one-more", "x", limits).total == 1


def test_a_counter_that_is_deleted_amid_increments_is_whole_or_gone(store: Store) -> None:
    def increment() -> int:
        return counters.increment(store, "ada", "coffee", 1).value

    def delete() -> str:
        counters.delete(store, "ada", "coffee")
        return "deleted"

    turns = iter([increment] * 20 + ([delete] + [increment] * 9) * 40)
    found = in_parallel(420, lambda: next(turns)())
    assert "deleted" in found
    try:
        left = counters.value(store, "ada", "coffee")
    except CounterNotFound:
        assert counters.page(store, "ada", 10) == []
    else:
        assert left == sums(store) == sums(store, Unit.DAY)
        assert [each.value for each in counters.page(store, "ada", 10)] == [left]
    values = [each for each in found if isinstance(each, int)]
    assert values.count(1) <= found.count("deleted") + 1  # each life of it begins at 1


def test_deleting_leaves_nothing_but_records_of_keys(store: Store, valkey: Valkey) -> None:
    for name in ("coffee", "coffee.2"):
        counters.increment(store, "ada", name, 7, Once("key", "seven"))
        visitors.add(store, "ada", name, "x", LIMITS)
        badges.put(store, "ada", name, Look("cups", "#007ec6"))
    with valkey.client() as redis:
        today = int(redis.time()[0]) // 86400
        redis.pfadd(f"quartet:visitors:{{ada}}:coffee:{today - LONGEST_VISITOR_DAYS + 1}", "x")
        counters.delete(store, "ada", "coffee")
        left = redis.keys("*:{ada}:coffee") + redis.keys("*:{ada}:coffee:*")
        assert len(redis.keys("quartet:shown:*")) == 1
        assert [key.split(":")[1] for key in left] == ["once"]
    assert [each.name for each in counters.page(store, "ada", 10)] == ["coffee.2"]
    assert visitors.read(store, "ada", "coffee.2", Span(), LIMITS)[0] == 1
    assert counters.increment(store, "ada", "coffee", 7, Once("key", "seven")) == Counted(7, replayed=True)
    with pytest.raises(CounterNotFound):
        counters.value(store, "ada", "coffee")
