"""Live values, of counter under gunicorn: threads, connections, and the end of a process."""

import json
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from quartet.testing import AuthServer, TokenMaker
from quartet.testing.waiting import eventually
from services.counter.tests.serving import PATIENCE, Served, read
from services.counter.tests.valkey import Valkey


@pytest.fixture
def served(tmp_path: Path, valkey: Valkey, auth_server: AuthServer) -> Iterator[Served]:
    settings = {"STREAM_PLACES": "100", "STREAM_PLACES_PER_USER": "4", "STREAM_HEARTBEAT": "1", "THREADS": "8"}
    served = Served(tmp_path, REDIS_URL=valkey.url, AUTH_URL=auth_server.url, **settings)
    yield served
    served.close()


def test_streams_are_read_leave_threads_for_everybody_else_and_end_with_the_process(
    served: Served, tokens: TokenMaker
) -> None:
    ada, bob, eve = (tokens.bearer(sub=name) for name in ("ada", "bob", "eve"))
    for each in (ada, bob, eve):
        served.add(each)

    reader = read(served, ada)
    assert reader.answer.headers["Content-Type"].startswith("text/event-stream")
    assert reader.answer.headers["Cache-Control"] == "no-store"
    assert reader.answer.headers["X-Accel-Buffering"] == "no"
    assert 1000 <= int(reader.next("retry: ")) <= 3000
    assert reader.next("event: ") == "value"
    assert json.loads(reader.next("data: ")) == {"name": "coffee", "value": 1}
    assert reader.next(": ") == "nothing new"
    served.add(ada, by=2)
    assert reader.value() == 3

    readers = [reader, *(read(served, ada) for _ in range(3))]
    more = served.get("/api/counters/coffee/stream", ada)
    assert (more.status_code, more.json()["code"], more.headers["Retry-After"]) == (429, "too_many_streams", "5")
    readers += [read(served, bob) for _ in range(2)]  # six of eight threads
    full = served.get("/api/counters/coffee/stream", eve)
    assert (full.status_code, full.json()["code"], full.headers["Retry-After"]) == (503, "streams_full", "5")
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: served.get("/api/count", eve).status_code, range(40)))
    assert answers == [200] * 40
    assert served.streams() == 6

    readers.pop().answer.close()
    eventually(lambda: served.streams() == 5)
    readers.append(read(served, eve))
    assert readers[-1].value() == 1
    served.delete(eve)
    assert list(readers.pop().lines()) == ["event: deleted", 'data: {"name":"coffee"}']

    served.process.send_signal(signal.SIGTERM)
    for reader in readers:
        assert list(reader.lines())[-1] == ": open the stream again"
    assert served.process.wait(PATIENCE) == 0
    assert "Traceback" not in served.log.read_text()


def test_a_reader_who_leaves_while_nothing_happens_is_noticed_long_before_the_next_heartbeat(
    tmp_path: Path, valkey: Valkey, auth_server: AuthServer, tokens: TokenMaker
) -> None:
    served = Served(tmp_path, REDIS_URL=valkey.url, AUTH_URL=auth_server.url, STREAM_HEARTBEAT="30")
    try:
        ada = tokens.bearer(sub="ada")
        served.add(ada)
        reader = read(served, ada)
        assert reader.value() == 1
        assert served.streams() == 1
        reader.answer.close()
        eventually(lambda: served.streams() == 0)
    finally:
        served.close()
