"""Live while the process answers, ready while its own store does."""

import threading
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from quartet import health
from quartet.testing import AuthServer
from shared.tests.toy import toy_client


def fail() -> None:
    raise ConnectionError("redis://user:hunter2@host")


def test_all_is_well(client: FlaskClient) -> None:
    for path in ("/health/live", "/health/ready"):
        assert client.get(path).get_json() == {"status": "ok", "checks": {}}


def test_a_failing_check_makes_unready_and_says_no_more(auth_server: AuthServer, tmp_path: Path) -> None:
    client = toy_client(auth_server, tmp_path, {"store": fail, "other": lambda: None})
    ready = client.get("/health/ready")
    assert ready.status_code == 503
    assert ready.get_json() == {"status": "unavailable", "checks": {"store": "unavailable", "other": "ok"}}
    assert client.get("/health/live").status_code == 200


@pytest.mark.parametrize("stage", [health.leaving, health.draining])
def test_who_was_told_to_stop_is_not_ready(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, stage: threading.Event
) -> None:
    monkeypatch.setattr(stage, "is_set", lambda: True)
    assert client.get("/health/ready").status_code == 503
    assert client.get("/health/live").status_code == 200


def test_auth_away_is_no_reason(client: FlaskClient, auth_server: AuthServer) -> None:
    auth_server.failing = True
    assert client.get("/health/ready").status_code == 200
