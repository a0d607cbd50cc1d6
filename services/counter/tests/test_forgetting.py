"""A user is forgotten, and nobody else."""

import pytest
from click.testing import CliRunner, Result

from counter.cli import main
from counter.limits import Limits
from counter.repository import badges, counters, forgetting, visitors
from counter.repository.badges import Look
from counter.repository.counters import Once
from counter.repository.store import Store
from services.counter.tests.valkey import Valkey

USERS = ("ada", "ad*", "[a]da", "ada2")


def fill(store: Store, owner: str, names: int) -> None:
    """Let a user have all that may be kept of one, and a record of a counter that is gone."""
    for number in range(names):
        counters.increment(store, owner, f"cups-{number}", 1, Once("key", "1" * 64))
    visitors.add(store, owner, "cups-0", "mary", Limits())
    badges.put(store, owner, "cups-1", Look("cups", "#2563eb"))
    counters.increment(store, owner, "gone", 1, Once("key", "1" * 64))
    counters.delete(store, owner, "gone")


def forget(valkey: Valkey, subject: str) -> Result:
    return CliRunner().invoke(main, ["forget", subject], env={"REDIS_URL": valkey.url})


@pytest.mark.parametrize("user", USERS)
def test_nothing_of_a_user_is_left_and_all_of_the_others(valkey: Valkey, store: Store, user: str) -> None:
    with valkey.client() as redis:
        for other in USERS:
            if other != user:
                fill(store, other, 2)
        before = set(redis.keys())
        fill(store, user, forgetting.STEP + 1)
        assert forget(valkey, user).output == f"Forgot {forgetting.STEP + 1} counters of {user}.\n"
        assert set(redis.keys()) == before
        assert forget(valkey, user).output == f"Forgot 0 counters of {user}.\n"
        assert set(redis.keys()) == before


def test_a_redis_that_is_away_is_told(valkey: Valkey) -> None:
    valkey.stop()
    result = forget(valkey, "ada")
    assert (result.exit_code, result.output.split(";")[0]) == (1, "Error: Redis does not answer")
