"""Where the system has no thread to give, what needed one fails, and what comes after that does not."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from counter.errors import StoreUnavailable
from counter.repository import counters, visits
from counter.repository.store import Store
from counter.use_cases.places import Places
from counter.use_cases.streams import Streams
from quartet.testing.waiting import eventually
from services.counter.tests.cluster import SLOTS, ClusterNode
from services.counter.tests.tally import visit
from services.counter.tests.valkey import Valkey

NONE_LEFT = "can't start new thread"


@pytest.fixture
def no_thread_once(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Let the next thread not start."""
    start = threading.Thread.start

    def refuse(_: threading.Thread) -> None:
        monkeypatch.setattr(threading.Thread, "start", start)
        raise RuntimeError(NONE_LEFT)

    return lambda: monkeypatch.setattr(threading.Thread, "start", refuse)


def test_the_next_request_connects(valkey: Valkey, no_thread_once: Callable[[], None]) -> None:
    store = Store(valkey.url)
    no_thread_once()
    with pytest.raises(RuntimeError, match=NONE_LEFT):
        visits.add(store)
    assert visits.add(store) == 1


def test_the_next_stream_listens_and_the_place_of_the_failed_one_is_free(
    store: Store, no_thread_once: Callable[[], None]
) -> None:
    counters.increment(store, "ada", "coffee", 1)
    streams = Streams(store, Places(1, 1), life=20, heartbeat=20, draining=threading.Event())
    no_thread_once()
    with pytest.raises(RuntimeError, match=NONE_LEFT):
        streams.open("ada", "coffee")
    stream = streams.open("ada", "coffee")
    assert next(streams.follow(stream)) == 1
    streams.close(stream)


def test_a_cluster_is_asked_for_its_nodes_later(tmp_path: Path, no_thread_once: Callable[[], None]) -> None:
    with ClusterNode(tmp_path) as node:
        node.cluster("ADDSLOTSRANGE", 0, 0)
        store = Store(f"redis+cluster://127.0.0.1:{node.port}")
        eventually(lambda: store._connected.get() is not None)
        node.cluster("ADDSLOTSRANGE", 1, SLOTS - 1)
        no_thread_once()
        with pytest.raises(StoreUnavailable):
            visits.add(store)
        eventually(lambda: visit(store), what="the slots are learnt of")
