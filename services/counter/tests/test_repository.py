"""Counting exactly, under many clients."""

from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import pytest

from counter.limits import Limits
from counter.repository import counters, series, visits
from counter.repository.store import Store
from counter.spans import Span, Unit
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
    for unit in Unit:
        assert sum(series.read(store, "ada", "coffee", unit, Span(), Limits()).counts) == WORKERS * INCREMENTS * 3
