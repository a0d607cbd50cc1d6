"""A database that is away, locked or crowded: 503 now, the reason in the log, and all is well when it is back."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import create_engine, text

from quartet import engines
from quartet.database import Database
from quartet.testing import AuthServer
from shared.tests.conftest import NewClient
from shared.tests.rows import make_rows, rows_client


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    monkeypatch.setattr(engines, "LOCK_WAIT", 0)
    database = Database(f"sqlite:///{tmp_path / 'store.db'}")
    make_rows(database)
    yield database
    database.engine.dispose()


@pytest.fixture
def new_client(database: Database, auth_server: AuthServer, tmp_path: Path) -> NewClient:
    return lambda: rows_client(database, auth_server, tmp_path)


def assert_unavailable(client: FlaskClient, capsys: pytest.CaptureFixture[str], reason: str) -> None:
    answer = client.post("/rows")
    assert (answer.status_code, answer.get_json()["code"]) == (503, "unavailable")
    assert answer.headers["Retry-After"] == "1"
    output = capsys.readouterr().out
    assert "hunter2" not in answer.text + output
    (line,) = [line for line in map(json.loads, output.splitlines()) if line["level"] == "ERROR"]
    assert reason in line["reason"]
    assert line["request_id"] == answer.headers["X-Request-ID"]


def test_a_database_locked_for_too_long(
    new_client: NewClient, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    client = new_client()
    with database.writing() as session:
        session.execute(text("SELECT 1"))
        assert_unavailable(client, capsys, "database is locked")
        assert client.get("/health/ready").status_code == 200
    assert client.post("/rows").status_code == 200


def test_a_database_without_a_connection_to_spare(
    new_client: NewClient, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    client = new_client()
    crowded = create_engine(database.engine.url, pool_size=1, max_overflow=0, pool_timeout=0.01)
    database._writer = crowded.execution_options()
    with crowded.connect():
        assert_unavailable(client, capsys, "QueuePool limit")
    assert client.post("/rows").status_code == 200
    crowded.dispose()


def test_a_database_that_is_gone(new_client: NewClient, database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    client = new_client()
    file = Path(str(database.engine.url.database))
    database.engine.dispose()
    file.rename(file.with_suffix(".gone"))
    file.mkdir()
    assert_unavailable(client, capsys, "unable to open database file")
    ready = client.get("/health/ready")
    assert (ready.status_code, ready.get_json()["checks"]) == (503, {"database": "unavailable"})
    file.rmdir()
    file.with_suffix(".gone").rename(file)
    assert client.post("/rows").status_code == 200
    assert client.get("/health/ready").status_code == 200
