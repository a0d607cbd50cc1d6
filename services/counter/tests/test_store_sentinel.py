"""Another master takes over in Sentinel's care: the next calls reach it, without a restart."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import RedisError, ResponseError

from counter.errors import StoreUnavailable
from counter.repository import counters, visits
from counter.repository.keys import VISITS
from counter.repository.store import Store
from quartet.testing.waiting import eventually
from services.counter.tests.sentinel import MASTER, Watched
from services.counter.tests.tally import visit
from services.counter.tests.valkey import Valkey


def fails_over(sentinel: Redis) -> bool:
    """Whether the Sentinel already knows enough of the replica to begin."""
    try:
        sentinel.sentinel_failover(MASTER)
    except ResponseError:
        return False
    return True


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    watched = Watched(tmp_path)
    watched.start()
    yield watched
    watched.stop()


def test_a_new_master_that_the_sentinels_chose_goes_on_with_what_it_had(watched: Watched) -> None:
    store = Store(watched.url)
    for _ in range(10):
        visits.add(store)
    with watched.master.client() as redis:
        assert redis.wait(1, 10_000) == 1  # the replica has them all
    watched.master.stop()
    with pytest.raises(StoreUnavailable):
        visits.add(store)
    assert eventually(lambda: visit(store), what="the replica takes over") == 11
    assert counters.increment(store, "ada", "coffee", 1).value == 1  # by a script that it has not seen yet
    store.check()


@pytest.mark.slow
def test_a_master_that_steps_down_is_left(watched: Watched) -> None:
    store = Store(watched.url)
    assert visits.add(store) == 1
    with watched.sentinel.client() as sentinel:
        eventually(lambda: fails_over(sentinel), what="the replica may take over")
    # Until Sentinel has told the old master, it goes on counting for itself.
    eventually(lambda: visit(store) == counted(watched.replica), what="the new master is the one who counts")
    store.check()


def counted(server: Valkey) -> int | None:
    """The visits that a master knows of; Sentinel closes its connections when it takes over."""
    with suppress(RedisError), server.client() as redis:
        if redis.info("replication")["role"] == "master":
            return int(redis.get(VISITS) or 0)
    return None
