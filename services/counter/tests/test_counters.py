"""Named counters: exact, listed in order, counted once by key, bounded in number, gone when they are deleted."""

import string
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask.testing import FlaskClient

from counter.errors import CounterLimitReached, CounterNotFound, CounterOverflow
from counter.limits import LONGEST_VISITOR_DAYS, Limits
from counter.repository import badges, counters, series, visitors
from counter.repository.badges import Look
from counter.repository.counters import Counted, Once
from counter.repository.store import Store
from counter.spans import Span, Unit
from quartet.idempotency import LIFETIME, IdempotencyKeyReused
from quartet.testing import TokenMaker
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


def test_fifty_calls_with_one_key_count_once(store: Store) -> None:
    counters.increment(store, "ada", "coffee", 1)
    found = in_parallel(50, lambda: counters.increment(store, "ada", "coffee", 7, Once("key", "seven")))
    assert sorted(found, key=lambda each: each.replayed) == [Counted(8)] + [Counted(8, replayed=True)] * 49
    assert counters.value(store, "ada", "coffee") == sums(store) == 8


def test_a_key_belongs_to_one_counter_of_one_user_and_to_one_request(store: Store, valkey: Valkey) -> None:
    for owner, name in (("ada", "coffee"), ("ada", "tea"), ("bob", "coffee")):
        assert counters.increment(store, owner, name, 7, Once("key", "seven")) == Counted(7)
    with pytest.raises(IdempotencyKeyReused):
        counters.increment(store, "ada", "coffee", 8, Once("key", "eight"))
    assert counters.value(store, "ada", "coffee") == 7
    with valkey.client() as redis:
        (record,) = redis.keys("quartet:once:{ada}:coffee:*")
        assert LIFETIME - 60 < redis.ttl(record) <= LIFETIME


def test_a_refused_increment_leaves_no_record(store: Store, valkey: Valkey) -> None:
    counters.increment(store, "ada", "coffee", 0)
    with valkey.client() as redis:
        redis.hset("quartet:counters:{ada}", "coffee", str(LARGEST))
        with pytest.raises(CounterOverflow):
            counters.increment(store, "ada", "coffee", 1, Once("key", "one"))
        redis.hset("quartet:counters:{ada}", "coffee", "1")
    assert counters.increment(store, "ada", "coffee", 1, Once("key", "one")) == Counted(2)


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


@pytest.fixture
def names(store: Store) -> list[str]:
    names = [*string.ascii_letters, *string.digits, "_", "-", "...", "a.b", "a-b", "a_b", "aa", "z" * 64]
    for name in names:
        counters.increment(store, "ada", name, len(name))
    return sorted(names)


def walk(client: FlaskClient, headers: dict[str, str], **query: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while len(found) < 1000:
        page = client.get("/api/counters", headers=headers, query_string=query).get_json()
        found += page["items"]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    return found


@pytest.mark.parametrize("limit", ["1", "7", "20", "100"])
def test_pages_hold_every_counter_once_and_in_order(
    client: FlaskClient, tokens: TokenMaker, names: list[str], limit: str
) -> None:
    assert walk(client, tokens.bearer(sub="ada"), limit=limit) == [{"name": n, "value": len(n)} for n in names]
    assert walk(client, tokens.bearer(sub="bob"), limit=limit) == []


@pytest.mark.parametrize("prefix", ["a", "a.", "z", ".", "none", "_"])
def test_a_prefix_leaves_the_others_out(client: FlaskClient, tokens: TokenMaker, names: list[str], prefix: str) -> None:
    found = [each["name"] for each in walk(client, tokens.bearer(sub="ada"), limit="2", prefix=prefix)]
    assert found == [name for name in names if name.startswith(prefix)]


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=101", "limit=x", "cursor=x", "prefix=%7F", "prefix=a%0A", "prefix=%5B", "order=name", "limit="],
)
def test_a_query_that_breaks_a_rule_names_its_field(client: FlaskClient, tokens: TokenMaker, query: str) -> None:
    answer = client.get(f"/api/counters?{query}", headers=tokens.bearer())
    assert answer.status_code == 422
    assert [error["field"] for error in answer.get_json()["errors"]] == [query.partition("=")[0]]
