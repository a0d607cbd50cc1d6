from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from quartet.testing import AuthServer
from quartet.testing.collector import Collector, collecting
from shared.tests.toy import toy_client
from shared.tests.traced import traced

NewClient = Callable[[], FlaskClient]


@pytest.fixture
def new_client(auth_server: AuthServer, tmp_path: Path) -> NewClient:
    """Makes the toy service. Called within a test, it logs to the standard output that the test captures."""
    return lambda: toy_client(auth_server, tmp_path)


@pytest.fixture
def client(new_client: NewClient) -> FlaskClient:
    return new_client()


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    """Somebody who collects traces, and need not wait for them."""
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "20")
    with collecting() as collector:
        yield collector


@pytest.fixture
def traced_client(auth_server: AuthServer, tmp_path: Path, collector: Collector) -> FlaskClient:
    return traced(auth_server, tmp_path, collector.url)
