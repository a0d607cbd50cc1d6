"""Throttles: counted before the try, the same for all workers, never for good."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from auth.resources import Resources
from auth.use_cases.throttling import Limit, give_back, take
from quartet.errors import TooManyRequests

LIMIT = Limit("test", 3, timedelta(seconds=10), timedelta(seconds=60), timedelta(hours=1))
BRIEF = Limit("brief", 1, timedelta(0), timedelta(0), timedelta(hours=1))


def tries(auth: Resources, key: str = "ada", limit: Limit = LIMIT) -> int:
    """Try until it is refused; return how many tries were free."""
    for count in range(20):
        try:
            take(auth, (limit, key))
        except TooManyRequests:
            return count
    return 20


def test_some_tries_are_free_then_comes_a_pause_and_another_key_is_free(auth: Resources) -> None:
    assert tries(auth) == 3
    with pytest.raises(TooManyRequests) as refused:
        take(auth, (LIMIT, "ada"))
    assert 1 <= refused.value.retry_after <= 10
    assert tries(auth, "bob") == 3


def test_pauses_double_up_to_the_longest() -> None:
    assert [LIMIT.pause(count).total_seconds() for count in (1, 2, 3, 4, 5, 6, 7, 1000)] == [
        0,
        0,
        10,
        20,
        40,
        60,
        60,
        60,
    ]


def test_a_refused_try_is_not_counted_anywhere(auth: Resources) -> None:
    tries(auth)
    for _ in range(10):
        with pytest.raises(TooManyRequests):
            take(auth, (BRIEF, "ada"), (LIMIT, "ada"))
    other = Limit("brief", 2, timedelta(hours=1), timedelta(hours=1), timedelta(hours=1))
    assert tries(auth, "ada", other) == 2


def test_what_was_right_is_forgotten(auth: Resources) -> None:
    tries(auth)
    give_back(auth, (LIMIT, "ada"))
    assert tries(auth) == 3


def test_after_a_while_all_is_forgotten(auth: Resources) -> None:
    gone = Limit("test", 3, timedelta(0), timedelta(0), timedelta(seconds=-1))
    for _ in range(5):
        take(auth, (gone, "ada"))
    assert tries(auth) == 3


def test_tries_at_once_are_as_many_tries(auth: Resources) -> None:
    with ThreadPoolExecutor(8) as pool:
        free = [each for each in pool.map(lambda _: _is_free(auth), range(24)) if each]
    assert len(free) == 3


def test_a_key_is_stored_as_a_digest(auth: Resources) -> None:
    take(auth, (LIMIT, "ada@example.com"))
    with auth.database.engine.connect() as connection:
        stored = str(connection.exec_driver_sql("SELECT * FROM throttles").all())
    assert "ada" not in stored


def _is_free(auth: Resources) -> bool:
    try:
        take(auth, (LIMIT, "ada"))
    except TooManyRequests:
        return False
    return True
