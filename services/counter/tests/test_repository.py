"""Counting exactly: under many clients, in one round trip."""

from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import pytest

from counter.repository import counters, visits
from counter.repository.store import Store
from services.counter.tests.valkey import Valkey

WORKERS = 4
INCREMENTS = 250


def count(url: str) -> None:
    store = Store(url)
    for _ in range(INCREMENTS):
        visits.add(store)
        counters.increment(store, "ada", "coffee", 3)


@pytest.mark.parametrize("processes", [False, True], ids=["threads", "processes"])
def test_no_count_is_lost_under_many_clients(valkey: Valkey, store: Store, processes: bool) -> None:
    pool = ProcessPoolExecutor(WORKERS, get_context("spawn")) if processes else ThreadPoolExecutor(WORKERS)
    with pool:
        list(pool.map(count, [valkey.url] * WORKERS))
    assert visits.add(store) == WORKERS * INCREMENTS + 1
    assert counters.value(store, "ada", "coffee") == WORKERS * INCREMENTS * 3


def test_every_call_is_one_command(valkey: Valkey, store: Store) -> None:
    counters.increment(store, "ada", "coffee", 1)
    before = valkey.commands()
    counters.increment(store, "ada", "coffee", 1)
    visits.add(store)
    counters.value(store, "ada", "coffee")
    calls = {name: number - before.get(name, 0) for name, number in valkey.commands().items()}
    sent = {
        name: number for name, number in calls.items() if number and name not in {"info", "hello", "client|setinfo"}
    }
    script = {"hexists": 1, "time": 1, "hincrby": 3, "hlen": 2, "publish": 1}
    assert sent == {"evalsha": 1, **script, "incrby": 1, "hget": 2}  # one hget is the script's
