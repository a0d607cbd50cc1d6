"""All that counter keeps, on each kind of Redis, and with no more than its account at a deployment may do."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from counter.errors import BadgeNotFound, CounterNotFound
from counter.limits import Limits
from counter.repository import badges, counters, forgetting, keys, series, streams, visitors, visits
from counter.repository.badges import Look
from counter.repository.counters import Counter, Once
from counter.repository.live import Live
from counter.repository.store import Store
from counter.spans import Span, Unit
from devtools.deployment_secrets import redis_account
from services.counter.tests.cluster import ValkeyCluster
from services.counter.tests.sentinel import Watched
from services.counter.tests.valkey import FORGETFUL, Valkey

LIMITS = Limits()
ALL = Span()


class Guarded(Valkey):
    """As a deployment's: only counter's account may do anything."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        account = redis_account("127.0.0.1")
        (folder / "users").write_text(account["redis_users"])
        super().__init__(folder, *FORGETFUL, "--aclfile", str(folder / "users"))
        self.url = account["redis_url"].replace(":6379", f":{self.port}")


@pytest.fixture(scope="module", params=[Valkey, Guarded, Watched, ValkeyCluster], ids=lambda kind: kind.__name__)
def anywhere(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    server: Valkey | Watched | ValkeyCluster = request.param(tmp_path_factory.mktemp("redis") / "data")
    server.start()
    yield Store(server.url)
    server.stop()


@pytest.fixture
def owner() -> str:
    return secrets.token_hex(8)


def test_visits_add_up(anywhere: Store) -> None:
    first = visits.add(anywhere)
    assert visits.add(anywhere) == first + 1


def test_users_are_forgotten_with_their_records(anywhere: Store) -> None:
    owners, once = [secrets.token_hex(8) for _ in range(8)], Once("key", "1" * 64)  # of several nodes of a cluster
    for owner in owners:
        counters.increment(anywhere, owner, "coffee", 1, once)
    assert counters.increment(anywhere, owners[0], "coffee", 1, once).replayed
    for owner in owners:
        assert forgetting.forget(anywhere, owner) == 1
        assert counters.page(anywhere, owner, 1) == []
        assert not counters.increment(anywhere, owner, "coffee", 1, once).replayed


def test_counters_of_several_users_add_up(anywhere: Store) -> None:
    for owner in (secrets.token_hex(8) for _ in range(8)):  # of several nodes of a cluster
        for name in ("b", "a"):
            counters.increment(anywhere, owner, name, 2)
            again = counters.increment(anywhere, owner, name, 3, Once("key", "print"))
            assert counters.increment(anywhere, owner, name, 3, Once("key", "print")).value == again.value == 5
        assert counters.value(anywhere, owner, "a") == 5
        assert counters.page(anywhere, owner, 10) == [Counter("a", 5), Counter("b", 5)]
        counters.delete(anywhere, owner, "a")
        with pytest.raises(CounterNotFound):
            counters.value(anywhere, owner, "a")


def test_sums_and_visitors_are_kept(anywhere: Store, owner: str) -> None:
    counters.increment(anywhere, owner, "a", 7)
    for unit in Unit:
        assert sum(series.read(anywhere, owner, "a", unit, ALL, LIMITS).counts) == 7
    for visitor in ("ada", "bob", "ada"):
        unique = visitors.add(anywhere, owner, "a", visitor, LIMITS)
    assert (unique.today, unique.total) == (2, 2)
    total, days = visitors.read(anywhere, owner, "a", ALL, LIMITS)
    assert (total, sum(days.counts)) == (2, 2)


def test_badges_show_counters(anywhere: Store, owner: str) -> None:
    counters.increment(anywhere, owner, "a", 7)
    badge = badges.put(anywhere, owner, "a", Look("cups", "#123456"))
    assert badges.read(anywhere, owner, "a") == badge
    assert badges.show(anywhere, badge.name) == (7, badge.look)
    badges.withdraw(anywhere, owner, "a")
    with pytest.raises(BadgeNotFound):
        badges.show(anywhere, badge.name)


def test_changes_are_heard(anywhere: Store, owner: str) -> None:
    counters.increment(anywhere, owner, "a", 7)
    listening = Live(anywhere)
    feed = listening.open(keys.live(owner, "a"))
    try:
        feed.wait()
        streams.announce(anywhere, owner, "a", feed.mark)
        assert feed.take(within=5) == "7"
        counters.increment(anywhere, owner, "a", 1)
        assert feed.take(within=5) == "8"
        counters.delete(anywhere, owner, "a")
        assert feed.take(within=5) == keys.GONE
    finally:
        listening.close(keys.live(owner, "a"), feed)


def test_it_is_ready(anywhere: Store) -> None:
    anywhere.check()
