"""Each service starts alone, with nothing set but its port."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from quartet.testing.ports import free_port, wait_for
from quartet.testing.revisions import revisions

BIN = Path(sys.executable).parent
PYTHON = sys.executable


@contextmanager
def started(command: list[str], folder: Path, port: int, **more: str) -> Iterator[str]:
    """Run a command in an empty folder, with PORT and `more` set and nothing else."""
    environment = {"PATH": f"{BIN}:{os.environ['PATH']}", "PORT": str(port), **more}
    process = subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


def test_metrics_of_an_earlier_run_are_not_counted_on(tmp_path: Path) -> None:
    for _ in range(2):
        port = free_port()
        with started([str(BIN / "vectors"), "serve"], tmp_path, port) as url:
            wait_for(f"{url}/health/live")
            assert requests.get(f"{url}/nothing", timeout=10).status_code == 404
            assert 'quartet_http_requests_total{method="GET",route="unmatched",status="404"} 1.0' in (
                wait_for(f"{url}/metrics").text
            )


@pytest.mark.parametrize("service", ["auth", "catalog"])
def test_a_service_with_a_database_starts_when_it_is_migrated(service: str, tmp_path: Path) -> None:
    port = free_port()
    with started([PYTHON, "-m", service], tmp_path, port) as url:
        assert wait_for(f"{url}/health/ready", 503).json()["checks"]["database"] == "unavailable"
        migrated = subprocess.run([BIN / service, "migrate"], cwd=tmp_path, capture_output=True, text=True, check=True)
        assert migrated.stdout == f"{service}: the schema is at {revisions(service)[-1]}\n"
        wait_for(f"{url}/health/ready")


def test_a_service_whose_store_is_away_starts_and_waits(tmp_path: Path) -> None:
    port = free_port()
    with started([PYTHON, "-m", "counter"], tmp_path, port) as url:
        assert wait_for(f"{url}/health/live").json()["status"] == "ok"
        wait_for(f"{url}/health/ready", 503)


@pytest.mark.parametrize("service", ["auth", "catalog"])
def test_production_refuses_to_start_with_a_default_secret(service: str, tmp_path: Path) -> None:
    result = subprocess.run(
        [BIN / service, "serve"],
        cwd=tmp_path,
        env={"ENVIRONMENT": "production", "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 78
    assert result.stderr.startswith(f"{service}: broken setting: INTERNAL_SECRET must be set in production")
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize("service", ["counter", "vectors"])
def test_who_has_no_secrets_needs_none_in_production(service: str, tmp_path: Path) -> None:
    port = free_port()
    with started([str(BIN / service), "serve"], tmp_path, port, ENVIRONMENT="production") as url:
        assert wait_for(f"{url}/health/live").json()["status"] == "ok"
