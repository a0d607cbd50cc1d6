"""Throttles: counted before the try, the same for all workers, never for good."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from auth.models import Throttle
from auth.resources import Resources
from auth.use_cases.throttling import Limit, forget, give_back, take
from quartet.errors import TooManyRequests
from quartet.migrations import migrate
from services.auth.tests.conftest import MakeSettings
from services.auth.tests.site import Site

LIMIT = Limit("test", 3, timedelta(seconds=10), timedelta(seconds=60))
FREE = Limit("free", 1, timedelta(0), timedelta(hours=1))


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
            take(auth, (FREE, "ada"), (LIMIT, "ada"))
    other = Limit("free", 2, timedelta(hours=1), timedelta(hours=1))
    assert tries(auth, "ada", other) == 2


def test_a_right_try_gives_back_itself_and_nothing_else(auth: Resources) -> None:
    for _ in range(2):
        take(auth, (LIMIT, "ada"))
    for _ in range(20):
        take(auth, (LIMIT, "ada"))
        give_back(auth, (LIMIT, "ada"))
    assert tries(auth) == 1


def test_all_can_be_forgotten(auth: Resources) -> None:
    tries(auth)
    with auth.database.writing() as session:
        forget(auth, session, (LIMIT, "ada"))
        session.commit()
    assert tries(auth) == 3


def test_one_try_is_forgotten_in_each_longest_pause(auth: Resources) -> None:
    tries(auth)
    for forgotten, free in ((0, 0), (1, 1), (2, 2), (9, 3)):
        age(auth, forgotten * LIMIT.longest)
        assert tries(auth) == free


def test_the_free_tries_can_be_multiplied(make_settings: MakeSettings) -> None:
    assert [LIMIT.times(factor).free for factor in (2.5, 1, 0.01)] == [8, 3, 1]
    with Site(make_settings(throttle_factor=3)).opened() as auth:
        migrate(auth.settings.database, "auth")
        assert tries(auth) == 9


def test_workers_and_replicas_count_together(auth: Resources) -> None:
    with Site(auth.settings).opened() as another:
        take(auth, (LIMIT, "ada"))
        take(another, (LIMIT, "ada"))
        take(auth, (LIMIT, "ada"))
        for each in (auth, another):
            assert tries(each) == 0


def test_tries_at_once_are_as_many_tries(auth: Resources) -> None:
    with ThreadPoolExecutor(8) as pool:
        free = [each for each in pool.map(lambda _: _is_free(auth), range(24)) if each]
    assert len(free) == 3


def test_a_key_is_stored_as_a_digest(auth: Resources) -> None:
    take(auth, (LIMIT, "ada@example.com"))
    with auth.database.engine.connect() as connection:
        stored = str(connection.exec_driver_sql("SELECT * FROM throttles").all())
    assert "ada" not in stored


def age(auth: Resources, time: timedelta) -> None:
    """Let all counters be as they are after that time."""
    with auth.database.writing() as session:
        for throttle in session.scalars(select(Throttle)):
            throttle.expires_at -= time
            if throttle.blocked_until:
                throttle.blocked_until -= max(time, LIMIT.longest) if time else timedelta(0)
        session.commit()


def _is_free(auth: Resources) -> bool:
    try:
        take(auth, (LIMIT, "ada"))
    except TooManyRequests:
        return False
    return True
