"""Live values, of counter as it is served."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from quartet.testing import AuthServer, TokenMaker
from quartet.testing.waiting import eventually
from services.counter.tests.serving import Served, read
from services.counter.tests.valkey import Valkey

Serve = Callable[..., Served]


@pytest.fixture
def serve(tmp_path: Path, valkey: Valkey, auth_server: AuthServer) -> Iterator[Serve]:
    """`serve(STREAM_SECONDS="2")`: counter with settings of its own, ended after the test."""
    started: list[Served] = []

    def serve(**settings: str) -> Served:
        started.append(Served(tmp_path, REDIS_URL=valkey.url, AUTH_URL=auth_server.url, **settings))
        return started[-1]

    yield serve
    for each in started:
        each.close()


@pytest.fixture
def headers(tokens: TokenMaker) -> dict[str, str]:
    return tokens.bearer(sub="ada")


def test_a_stream_begins_with_the_present_value_and_goes_on_with_each_change(
    serve: Serve, headers: dict[str, str]
) -> None:
    served = serve()
    served.add(headers, by=3)
    reader = read(served, headers)
    assert reader.answer.headers["Content-Type"].startswith("text/event-stream")
    assert reader.answer.headers["Cache-Control"] == "no-store"
    assert reader.answer.headers["X-Accel-Buffering"] == "no"
    assert 1000 <= int(reader.next("retry: ")) <= 3000
    assert reader.next("event: ") == "value"
    assert json.loads(reader.next("data: ")) == {"name": "coffee", "value": 3}
    for by, value in ((1, 4), (-6, -2), (2**31, 2**31 - 2)):
        served.add(headers, by=by)
        assert reader.value() == value


def test_a_deleted_counter_ends_its_streams(serve: Serve, headers: dict[str, str]) -> None:
    served = serve()
    served.add(headers)
    reader = read(served, headers)
    assert reader.value() == 1
    served.delete(headers)
    assert list(reader.lines()) == ["event: deleted", 'data: {"name":"coffee"}']
    assert served.get("/api/counters/coffee/stream", headers).status_code == 404
    eventually(lambda: served.streams() == 0)
