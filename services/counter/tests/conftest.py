from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from counter import create_app
from counter.repository.store import Store
from counter.settings import CounterSettings
from quartet.testing import AuthServer
from services.counter.tests.valkey import Valkey


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[Valkey]:
    server = Valkey(tmp_path)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def store(valkey: Valkey) -> Store:
    return Store(valkey.url)


@pytest.fixture
def client(valkey: Valkey, auth_server: AuthServer, tmp_path: Path) -> FlaskClient:
    settings = CounterSettings(
        environment="testing",
        auth_url=auth_server.url,
        state_dir=tmp_path,
        redis_url=valkey.url,
    )
    return create_app(settings).test_client()
