"""Workers: health and metrics of their own, patience with failures, an orderly end."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.tests.ports import free_port, wait_for

ROOT = Path(__file__).resolve().parents[2]


class Working:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        command = [sys.executable, "-m", "shared.tests.working", str(folder), str(port)]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)

    def steps(self) -> str:
        file = self.folder / "steps"
        return file.read_text() if file.exists() else ""


@pytest.fixture
def working(tmp_path: Path) -> Iterator[Working]:
    worker = Working(tmp_path)
    yield worker
    worker.process.kill()
    worker.process.communicate()


def test_a_worker_that_works_is_ready_and_counts(working: Working) -> None:
    assert wait_for(f"{working.url}/health/ready").json()["checks"] == {"steps": "ok"}
    metrics = wait_for(f"{working.url}/metrics").text
    assert 'quartet_worker_steps_total{outcome="done"}' in metrics
    assert "quartet_worker_last_success_seconds" in metrics


def test_a_worker_that_fails_is_unready_and_tries_again(working: Working) -> None:
    wait_for(f"{working.url}/health/ready")
    (working.folder / "broken").touch()
    wait_for(f"{working.url}/health/ready", 503)
    assert wait_for(f"{working.url}/health/live").status_code == 200
    (working.folder / "broken").unlink()
    wait_for(f"{working.url}/health/ready")


def test_a_worker_finishes_its_step_before_it_ends(working: Working) -> None:
    wait_for(f"{working.url}/health/ready")
    (working.folder / "slow").touch()
    deadline = time.monotonic() + 10
    while not working.steps().endswith("begun "):
        assert time.monotonic() < deadline
    working.process.send_signal(signal.SIGTERM)
    with pytest.raises(subprocess.TimeoutExpired):
        working.process.wait(0.3)
    (working.folder / "slow").unlink()
    assert working.process.wait(10) == 0
    assert working.steps().endswith("ended\n")
