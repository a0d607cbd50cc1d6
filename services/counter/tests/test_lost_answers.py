"""No increment counts twice when answers get lost, on any kind of Redis."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from counter.errors import StoreUnavailable
from counter.repository import counters
from counter.repository.counters import Once
from counter.repository.store import Store
from quartet.testing.waiting import eventually
from services.counter.tests.cluster import SLOTS, ClusterNode
from services.counter.tests.sentinel import MASTER, SentinelServer
from services.counter.tests.tally import CLIENTS, Tally, by_clients
from services.counter.tests.valkey import Valkey
from services.counter.tests.wire import AnAnswer, Wire, at_random

EACH = 150


@contextmanager
def alone(folder: Path, wire: Wire) -> Iterator[str]:
    with Valkey(folder) as server:
        wire.target = server.port
        yield wire.url


@contextmanager
def watched(folder: Path, wire: Wire) -> Iterator[str]:
    """A master that its Sentinel knows at the near end of the wire."""
    with alone(folder / "master", wire), SentinelServer(folder / "sentinel", wire.port) as sentinel:
        yield f"redis+sentinel://127.0.0.1:{sentinel.port}/{MASTER}"


@contextmanager
def clustered(folder: Path, wire: Wire) -> Iterator[str]:
    """A node that tells that it is at the near end of the wire."""
    with ClusterNode(folder) as node, node.client() as redis:
        node.cluster("ADDSLOTSRANGE", 0, SLOTS - 1)
        redis.config_set("cluster-announce-port", wire.port)
        wire.target = node.port
        yield f"redis+cluster://127.0.0.1:{wire.port}"


@pytest.mark.parametrize("kind", [alone, watched, clustered])
def test_an_increment_whose_answer_is_lost_counts_once(
    kind: Callable[[Path, Wire], AbstractContextManager[str]], tmp_path: Path
) -> None:
    loses = AnAnswer()
    with Wire(0, loses) as wire, kind(tmp_path / "data", wire) as url:
        store = Store(url)
        eventually(lambda: Tally().increment(store), what="it counts")
        before = counters.value(store, "ada", "coffee")
        loses.lose(b"EVALSHA")
        with pytest.raises(StoreUnavailable):
            counters.increment(store, "ada", "coffee", 1)
        assert counters.value(store, "ada", "coffee") == before + 1


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
