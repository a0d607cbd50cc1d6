"""Counting exactly: under many clients, with lost answers, in one round trip."""

import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import pytest

from counter.errors import StoreUnavailable
from counter.repository import counters, visits
from counter.repository.store import Store
from services.counter.tests.valkey import Valkey

WORKERS = 4
INCREMENTS = 250


def count(url: str) -> None:
    store = Store(url)
    for _ in range(INCREMENTS):
        visits.add(store)
        counters.increment(store, "ada", "coffee", 3)


@pytest.mark.parametrize("processes", [False, True], ids=["threads", "processes"])
def test_no_count_is_lost_under_many_clients(valkey: Valkey, store: Store, processes: bool) -> None:
    pool = ProcessPoolExecutor(WORKERS, get_context("spawn")) if processes else ThreadPoolExecutor(WORKERS)
    with pool:
        list(pool.map(count, [valkey.url] * WORKERS))
    assert visits.add(store) == WORKERS * INCREMENTS + 1
    assert counters.value(store, "ada", "coffee") == WORKERS * INCREMENTS * 3


def test_every_call_is_one_command(valkey: Valkey, store: Store) -> None:
    counters.increment(store, "ada", "coffee", 1)
    before = valkey.commands()
    counters.increment(store, "ada", "coffee", 1)
    visits.add(store)
    counters.value(store, "ada", "coffee")
    calls = {name: number - before.get(name, 0) for name, number in valkey.commands().items()}
    sent = {
        name: number for name, number in calls.items() if number and name not in {"info", "hello", "client|setinfo"}
    }
    script = {"hexists": 1, "time": 1, "hincrby": 3, "hlen": 2, "publish": 1}
    assert sent == {"evalsha": 1, **script, "incrby": 1, "hget": 2}  # one hget is the script's


class LosesAnAnswer:
    """A wire to Valkey that, when told to, drops the next answer and its connection; a second try would get through."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"redis://127.0.0.1:{self._listener.getsockname()[1]}/0"
        self.losing = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self._target))
            threading.Thread(target=self._carry, args=(client, server, False), daemon=True).start()
            threading.Thread(target=self._carry, args=(server, client, True), daemon=True).start()

    def _carry(self, source: socket.socket, sink: socket.socket, answers: bool) -> None:
        with source, sink:
            while data := source.recv(65536):
                if answers and self.losing.is_set():
                    self.losing.clear()
                    return
                sink.sendall(data)


@pytest.fixture
def wire(valkey: Valkey) -> Iterator[LosesAnAnswer]:
    wire = LosesAnAnswer(valkey.port)
    yield wire
    wire.close()


def test_an_increment_whose_answer_is_lost_counts_once(wire: LosesAnAnswer, store: Store) -> None:
    through = Store(wire.url)
    counters.increment(through, "ada", "coffee", 1)
    wire.losing.set()
    with pytest.raises(StoreUnavailable):
        counters.increment(through, "ada", "coffee", 1)
    assert counters.value(store, "ada", "coffee") == 2
