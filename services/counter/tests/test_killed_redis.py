"""A killed Redis has all that was answered, and nothing twice."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from counter.errors import StoreUnavailable
from counter.repository import counters
from counter.repository.store import Store
from quartet.testing.waiting import eventually
from services.counter.tests.tally import CLIENTS, Tally
from services.counter.tests.valkey import Valkey


@pytest.mark.parametrize("fsync", ["always", "everysec"])
def test_a_killed_redis_has_all_that_was_answered_and_nothing_twice(fsync: str, tmp_path: Path) -> None:
    valkey, tally, end = Valkey(tmp_path, "--appendonly", "yes", "--appendfsync", fsync), Tally(), threading.Event()
    store = Store(valkey.url)

    def go_on(_: int) -> None:
        while not end.is_set():
            tally.increment(store)

    def kill_amid(more: int) -> int:
        """Kill it after some more answers; return how many answers it may not forget."""
        goal = tally.answered + more
        eventually(lambda: tally.answered > goal)
        safe = eventually(lambda: answers_in_the_file(valkey, tally)) if fsync == "everysec" else 0
        valkey.stop()
        return safe or tally.answered

    with valkey:
        with ThreadPoolExecutor(CLIENTS) as pool:
            clients = [pool.submit(go_on, number) for number in range(CLIENTS)]
            try:
                for _ in range(3):
                    safe = kill_amid(100)
                    valkey.start()
                    assert eventually(lambda: value(store)) >= safe
            finally:
                end.set()
            for client in clients:
                client.result()
        final = eventually(lambda: value(store))
        assert tally.unanswered > 0
        assert final <= tally.answered + tally.unanswered
        if fsync == "always":
            assert final >= tally.answered


def value(store: Store) -> int:
    """The value, or 0 while the disk is so slow that Redis is taken for one that hangs."""
    try:
        return counters.value(store, "ada", "coffee")
    except StoreUnavailable:
        return 0


def answers_in_the_file(valkey: Valkey, tally: Tally) -> int:
    """How many answers were there when Redis had handed all to the system; it hands over late when the disk is slow."""
    answered = tally.answered
    with valkey.client() as redis:
        return answered if redis.info("persistence")["aof_buffer_length"] == 0 else 0
