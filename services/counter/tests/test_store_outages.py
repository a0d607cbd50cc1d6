"""Redis is away, hangs, or takes no writes: that is told soon, asked for seldom, and over as soon as Redis is back."""

import signal
import threading

import pytest
from redis.exceptions import ResponseError

from counter.errors import StoreUnavailable
from counter.repository import keys, visits
from counter.repository.breaker import SLOW, TRIES, Breaker
from counter.repository.store import Store
from quartet.testing.waiting import eventually
from services.counter.tests.absent import black_hole, nobody, one_sentence, silence
from services.counter.tests.valkey import Valkey
from services.counter.tests.wire import Carried, Wire

SHORT = SLOW + 0.05
"""For what never answers."""
HASTY = 1.0
"""For what hangs for a while, and must be in time when it does not, with an fsync for each write on a busy disk."""
ENOUGH = 20
"""Seconds after which a thread that still waits waits for ever: many times what any time-out adds up to."""


@pytest.mark.parametrize("away", [nobody, black_hole, silence])
@pytest.mark.parametrize("scheme", ["redis://{}", "redis+sentinel://{}/counts", "redis+cluster://{}"])
def test_a_redis_that_is_away_is_told_and_no_thread_waits_for_ever(away: type, scheme: str) -> None:
    with away() as port:
        store = Store(scheme.format(f"127.0.0.1:{port}"), timeout=SHORT)
        failures: list[BaseException] = []

        def ask() -> None:
            for question in (visits.add, Store.check):
                try:
                    question(store)
                except StoreUnavailable as error:
                    failures.append(error)

        threads = [threading.Thread(target=ask, daemon=True) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(ENOUGH)
        assert len(failures) == 16


def test_a_redis_that_hangs_is_asked_seldom() -> None:
    asked = []

    def loses(carried: Carried, *_: object) -> bool:
        asked.append(carried)
        return False

    with silence() as port, Wire(port, loses) as wire:
        store = Store(wire.url, timeout=SHORT)
        for _ in range(100):
            with pytest.raises(StoreUnavailable):
                visits.add(store)
    assert TRIES <= len(asked) < 50


@pytest.mark.parametrize(
    "word", ["LOADING", "MISCONF", "BUSY", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN", "NOREPLICAS", "NOAUTH", "NOPERM"]
)
def test_what_redis_says_about_its_own_state_is_an_outage(word: str) -> None:
    with one_sentence(f"-{word} not now") as port, pytest.raises(StoreUnavailable):
        visits.add(Store(f"redis://127.0.0.1:{port}"))


def test_what_does_not_speak_as_redis_does_is_an_outage() -> None:
    with one_sentence("HTTP/1.1 400 Bad Request") as port, pytest.raises(StoreUnavailable):
        visits.add(Store(f"redis://127.0.0.1:{port}"))


@pytest.mark.parametrize("mistake", ["SET {} word", "LPUSH {} word"])
def test_what_no_redis_would_take_is_our_own_fault(valkey: Valkey, store: Store, mistake: str) -> None:
    with valkey.client() as redis:
        redis.execute_command(*mistake.format(keys.VISITS).split())
    with pytest.raises(ResponseError):
        visits.add(store)


@pytest.mark.parametrize(
    ("trouble", "remedy"),
    [
        ("REPLICAOF 127.0.0.1 1", "REPLICAOF NO ONE"),
        ("CONFIG SET maxmemory 1", "CONFIG SET maxmemory 0"),
        ("CONFIG SET min-replicas-to-write 1", "CONFIG SET min-replicas-to-write 0"),
        ("CLIENT PAUSE 60000 WRITE", "CLIENT UNPAUSE"),
    ],
)
def test_only_a_redis_that_takes_writes_is_ready(valkey: Valkey, trouble: str, remedy: str) -> None:
    store = Store(valkey.url, timeout=HASTY)
    store.check()
    with valkey.client() as redis:
        redis.execute_command(*trouble.split())
        with pytest.raises(StoreUnavailable):
            store.check()
        redis.execute_command(*remedy.split())
        store.check()
        assert redis.dbsize() == 0
        assert visits.add(store) == 1


def test_a_redis_that_is_found_ready_is_asked_again_at_once(store: Store) -> None:
    store._breaker = Breaker(lambda: 0.0)  # no pause ever ends
    for _ in range(TRIES):
        store._breaker.failed(SLOW)
    with pytest.raises(StoreUnavailable):
        visits.add(store)
    store.check()
    assert visits.add(store) == 1


def test_a_redis_that_wakes_up_is_found_again(valkey: Valkey) -> None:
    store = Store(valkey.url, timeout=HASTY)
    visits.add(store)
    valkey.signal(signal.SIGSTOP)
    for _ in range(TRIES + 1):
        with pytest.raises(StoreUnavailable):
            visits.add(store)
    valkey.signal(signal.SIGCONT)

    def counts() -> int:
        try:
            return visits.add(store)
        except StoreUnavailable:
            return 0

    # The first of those that got no answer were in its hands, and counted when it woke up.
    assert 2 < eventually(counts) <= 2 + TRIES
