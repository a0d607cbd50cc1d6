"""What is summed over worker processes: each says it of itself, and one that dies says it no more."""

import os
import re
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from quartet.testing.ports import wait_for
from quartet.testing.waiting import eventually
from shared.tests.test_serving import Served

WORKERS, THREADS = 2, 8
PATIENCE = 120.0


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    served = Served(tmp_path)
    try:
        wait_for(f"{served.url}/health/ready", patience=PATIENCE)
        yield served
    finally:
        (tmp_path / "go").touch()
        served.process.terminate()
        served.process.wait(PATIENCE)


def value(served: Served, name: str) -> float:
    text = requests.get(f"{served.url}/metrics", timeout=20).text
    return sum(float(each) for each in re.findall(rf"^{name}(?:{{.*}})? (.*)$", text, re.MULTILINE))


def test_threads_are_those_of_the_workers_that_live(served: Served) -> None:
    eventually(lambda: value(served, "quartet_http_threads") == WORKERS * THREADS, PATIENCE)
    os.kill(requests.get(f"{served.url}/fast", timeout=20).json()["pid"], signal.SIGKILL)

    def has_both_again() -> bool:
        try:
            return len(pids(served)) == WORKERS and value(served, "quartet_http_threads") == WORKERS * THREADS
        except requests.ConnectionError:
            return False  # the dead worker had taken this one

    eventually(has_both_again, PATIENCE)
    assert value(served, "quartet_build_info") == 1


def test_a_request_is_in_progress_until_its_answer_has_ended_or_its_worker_dies(served: Served) -> None:
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(requests.get, f"{served.url}/slow", timeout=PATIENCE)
        eventually((served.folder / "arrived").exists, PATIENCE)
        assert value(served, "quartet_http_requests_in_progress") == 1
        for pid in pids(served):
            os.kill(pid, signal.SIGKILL)
        assert isinstance(slow.exception(PATIENCE), requests.ConnectionError)
    eventually(lambda: _in_progress(served) == 0, PATIENCE)


def _in_progress(served: Served) -> float | None:
    try:
        return value(served, "quartet_http_requests_in_progress")
    except requests.ConnectionError:
        return None


def pids(served: Served) -> set[int]:
    """The workers that answer some of many requests."""
    return {requests.get(f"{served.url}/fast", timeout=20).json()["pid"] for _ in range(20)}
