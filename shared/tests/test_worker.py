"""Workers: health and metrics of their own, patience with failures, an orderly end."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from devtools.given import ROOT
from quartet.testing.ports import free_port, wait_for
from quartet.worker import Worker
from shared.tests.toy import ToySettings


class Working:
    def __init__(self, folder: Path, interval: float = 0.02) -> None:
        self.folder = folder
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        command = [sys.executable, "-m", "shared.tests.working", str(folder), str(port), str(interval)]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)

    def end(self) -> None:
        self.process.kill()
        self.process.communicate()

    def steps(self) -> str:
        file = self.folder / "steps"
        return file.read_text() if file.exists() else ""


@pytest.fixture
def working(tmp_path: Path) -> Iterator[Working]:
    worker = Working(tmp_path)
    yield worker
    worker.end()


def test_a_worker_that_works_is_ready_and_counts(working: Working) -> None:
    assert wait_for(f"{working.url}/health/ready").json()["checks"] == {"loop": "ok", "steps": "ok"}
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


def test_a_worker_that_waits_for_its_next_step_ends_at_once(tmp_path: Path) -> None:
    worker = Working(tmp_path, interval=3600)
    try:
        wait_for(f"{worker.url}/health/ready")
        worker.process.send_signal(signal.SIGTERM)
        assert worker.process.wait(10) == 0
    finally:
        worker.end()


def test_pauses_double_while_steps_fail_and_are_short_again_after_one_that_did_not(tmp_path: Path) -> None:
    outcomes: Iterator[type[Exception] | bool] = iter([OSError, OSError, OSError, OSError, False, True, OSError])

    def step() -> bool:
        outcome = next(outcomes)
        if isinstance(outcome, bool):
            return outcome
        raise outcome

    worker = Worker(ToySettings(state_dir=tmp_path), step, interval=1.0, port=0, longest_pause=7.0)
    turns = [(False, 1.0)]
    for _ in range(7):
        turns.append(worker._turn(turns[-1][1]))
    assert turns[1:] == [
        (False, 2.0),
        (False, 4.0),
        (False, 7.0),
        (False, 7.0),
        (False, 1.0),
        (True, 1.0),
        (False, 2.0),
    ]


def test_a_worker_whose_step_does_not_end_is_neither_ready_nor_alive(tmp_path: Path) -> None:
    begun, end = threading.Event(), threading.Event()

    def step() -> bool:
        begun.set()
        return end.wait(60) and False

    worker = Worker(ToySettings(state_dir=tmp_path), step, interval=0.0, port=0, patience=0.0)
    client = worker._app().test_client()
    turning = threading.Thread(target=worker._turn, args=(0.0,))
    turning.start()
    try:
        assert begun.wait(10)
        for path in ("/health/live", "/health/ready"):
            answer = client.get(path)
            assert (answer.status_code, answer.get_json()["checks"]["loop"]) == (503, "unavailable")
    finally:
        end.set()
        turning.join()


def test_a_worker_that_waits_for_its_next_step_is_alive_however_long(tmp_path: Path) -> None:
    worker = Worker(ToySettings(state_dir=tmp_path), lambda: False, interval=3600.0, port=0, patience=0.0)
    worker._turn(3600.0)
    client = worker._app().test_client()
    assert client.get("/health/live").get_json() == {"status": "ok", "checks": {"loop": "ok"}}
    assert client.get("/health/ready").status_code == 200
