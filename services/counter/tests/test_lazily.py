"""What is made when it is first asked for."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from counter.repository.lazily import Lazily

PATIENCE = 20


def test_it_is_made_once_for_all_who_ask() -> None:
    made: list[object] = []

    def make() -> object:
        made.append(object())
        return made[-1]

    thing = Lazily(make, PATIENCE)
    assert thing.peek() is None
    with ThreadPoolExecutor(8) as pool:
        given = set(pool.map(lambda _: thing.get(), range(8)))
    assert given == set(made)
    assert thing.peek() is made[0]
    assert len(made) == 1


def test_a_failure_is_told_and_the_next_who_asks_has_it_tried_again() -> None:
    failures = [OSError("away")]

    def make() -> str:
        if failures:
            raise failures.pop()
        return "made"

    thing = Lazily(make, PATIENCE)
    with pytest.raises(OSError, match="away"):
        thing.get()
    assert thing.peek() is None
    assert thing.get() == "made"


def test_nobody_waits_longer_than_patience_has_it() -> None:
    go_on = threading.Event()
    thing = Lazily(lambda: go_on.wait(PATIENCE), patience=0.01)
    for _ in range(2):
        with pytest.raises(TimeoutError):
            thing.get()
    go_on.set()
