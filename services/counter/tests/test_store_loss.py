"""No increment counts twice, and none that was answered is lost: when answers get lost, and when Redis is killed."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from counter.errors import StoreUnavailable
from counter.repository import counters
from counter.repository.counters import Once
from counter.repository.store import Store
from quartet.testing.waiting import eventually
from services.counter.tests.valkey import Valkey
from services.counter.tests.wire import TheNext, Wire, at_random

CLIENTS = 4
EACH = 150


class Tally:
    """What clients know of their increments, each by one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.answered = self.unanswered = 0

    def increment(self, store: Store, once: Once | None = None) -> bool:
        """Whether it was answered."""
        try:
            counters.increment(store, "ada", "coffee", 1, once)
        except StoreUnavailable:
            with self._lock:
                self.unanswered += 1
            return False
        with self._lock:
            self.answered += 1
        return True


def by_clients(work: Callable[[int], None]) -> None:
    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(work, range(CLIENTS)))


def test_an_increment_whose_answer_is_lost_counts_once(valkey: Valkey, store: Store) -> None:
    loses = TheNext()
    with Wire(valkey.port, loses) as wire:
        through = Store(wire.url)
        counters.increment(through, "ada", "coffee", 1)
        loses.lose_next()
        with pytest.raises(StoreUnavailable):
            counters.increment(through, "ada", "coffee", 1)
    assert counters.value(store, "ada", "coffee") == 2


def test_with_questions_and_answers_lost_the_count_is_between_what_was_answered_and_what_was_asked(
    valkey: Valkey, store: Store
) -> None:
    tally = Tally()
    with Wire(valkey.port, at_random(0.1, seed=1)) as wire:
        through = Store(wire.url)

        def count(_: int) -> None:
            for _ in range(EACH):
                tally.increment(through)

        by_clients(count)
    final = counters.value(store, "ada", "coffee")
    assert tally.answered < final < tally.answered + tally.unanswered  # both are lost: questions, and answers


def test_who_asks_again_under_a_key_until_there_is_an_answer_counts_exactly(valkey: Valkey, store: Store) -> None:
    tally = Tally()
    with Wire(valkey.port, at_random(0.1, seed=2)) as wire:
        through = Store(wire.url)

        def persist(client: int) -> None:
            for number in range(EACH):
                once = Once(f"{client}-{number}", "the same")
                eventually(lambda once=once: tally.increment(through, once))  # type: ignore[misc]

        by_clients(persist)
    assert tally.unanswered > 0
    assert counters.value(store, "ada", "coffee") == CLIENTS * EACH


@pytest.mark.parametrize("fsync", ["always", "everysec"])
def test_a_killed_redis_has_all_that_was_answered_and_nothing_twice(fsync: str, tmp_path: Path) -> None:
    valkey = Valkey(tmp_path, "--appendonly", "yes", "--appendfsync", fsync)
    valkey.start()
    tally, end = Tally(), threading.Event()
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

    try:
        with ThreadPoolExecutor(CLIENTS) as pool:
            clients = [pool.submit(go_on, number) for number in range(CLIENTS)]
            try:
                for _ in range(3):
                    safe = kill_amid(100)
                    valkey.start()
                    assert counters.value(store, "ada", "coffee") >= safe
            finally:
                end.set()
            for client in clients:
                client.result()
        final = counters.value(store, "ada", "coffee")
        assert tally.unanswered > 0
        assert final <= tally.answered + tally.unanswered
        if fsync == "always":
            assert final >= tally.answered
    finally:
        valkey.stop()


def answers_in_the_file(valkey: Valkey, tally: Tally) -> int:
    """How many answers were there when Redis had handed all to the system; it hands over late when the disk is slow."""
    answered = tally.answered
    with valkey.client() as redis:
        return answered if redis.info("persistence")["aof_buffer_length"] == 0 else 0
