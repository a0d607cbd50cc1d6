"""A program ends what an earlier, killed run of it left behind, and nothing else."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from devtools.given import ROOT
from devtools.processes import ProcessId, end, end_groups, group_members

MASTER_WITH_WORKER = """
import subprocess, sys
worker = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
open("worker", "w").write(str(worker.pid))
worker.wait()
"""


@pytest.fixture
def directory(tmp_path: Path) -> Iterator[Path]:
    (tmp_path / "program.json").write_text(
        json.dumps({"command": [sys.executable, "-c", MASTER_WITH_WORKER], "environment": {"FROM": "file"}})
    )
    yield tmp_path
    end_groups([tmp_path], grace=1)


def spawn(directory: Path) -> tuple[subprocess.Popen[bytes], psutil.Process]:
    """Start the program; return its master and its worker."""
    (directory / "worker").unlink(missing_ok=True)
    master = subprocess.Popen(
        (sys.executable, "-m", "devtools.spawn"), cwd=directory, env=os.environ | {"PYTHONPATH": str(ROOT)}
    )
    deadline = time.monotonic() + 20
    while not (directory / "worker").exists() or not (directory / "worker").read_text():
        assert master.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return master, psutil.Process(int((directory / "worker").read_text()))


def kill(master: subprocess.Popen[bytes]) -> None:
    master.kill()
    master.wait()


def test_workers_of_a_killed_master_are_ended_by_the_next_start(directory: Path) -> None:
    master, orphan = spawn(directory)
    kill(master)
    assert orphan.is_running()

    again, worker = spawn(directory)

    assert not orphan.is_running() or orphan.status() == psutil.STATUS_ZOMBIE
    assert worker.is_running()
    end_groups([directory], grace=1)
    again.wait()


def test_what_is_left_can_be_ended_without_a_start(directory: Path) -> None:
    master, orphan = spawn(directory)
    kill(master)

    assert end_groups([directory], grace=1)

    assert not psutil.pid_exists(orphan.pid) or orphan.status() == psutil.STATUS_ZOMBIE
    assert not end_groups([directory], grace=1)


def test_a_process_elsewhere_with_the_recorded_group_is_left_alone(
    directory: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    stranger = subprocess.Popen(("sleep", "600"), cwd=tmp_path_factory.mktemp("elsewhere"), start_new_session=True)
    (directory / "group.json").write_text(
        json.dumps({"pid": stranger.pid, "created": ProcessId.of(stranger.pid).created})
    )

    assert not end_groups([directory], grace=1)

    assert stranger.poll() is None
    kill(stranger)


def test_a_younger_record_does_not_name_an_older_group(directory: Path) -> None:
    master, _ = spawn(directory)
    (directory / "group.json").write_text(json.dumps({"pid": master.pid, "created": time.time() + 60}))

    assert group_members(directory) == []

    end(psutil.Process(master.pid).children(), grace=1)
    master.wait()


def test_a_process_that_ignores_the_request_is_killed() -> None:
    stubborn = psutil.Popen(("sh", "-c", "trap '' TERM; echo ready; while :; do sleep 1; done"), stdout=subprocess.PIPE)
    assert stubborn.stdout.readline() == b"ready\n"

    end([stubborn], grace=0.2)

    assert stubborn.wait() == -signal.SIGKILL
    stubborn.stdout.close()


def test_the_environment_of_a_program_comes_from_its_file(directory: Path) -> None:
    master, worker = spawn(directory)

    assert worker.environ()["FROM"] == "file"

    end_groups([directory], grace=1)
    master.wait()
