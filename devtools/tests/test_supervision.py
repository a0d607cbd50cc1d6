"""Whatever is killed, nothing stays behind; whatever dies is started again."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from devtools import launch
from devtools.given import Given
from devtools.ports import free_block
from devtools.problem import Problem
from devtools.processes import ProcessId, group_members
from devtools.programs import STORES, Program
from devtools.run_directory import RunDirectory
from devtools.supervision import Supervisor
from quartet.testing.waiting import eventually

Start = Callable[..., psutil.Popen]


@pytest.fixture
def run(tmp_path: Path) -> RunDirectory:
    run = RunDirectory(tmp_path / "run")
    run.logs.mkdir(parents=True)
    return run


@pytest.fixture
def start(run: RunDirectory) -> Iterator[Start]:
    """`start(plan)`: a supervisord that is ended after the test."""
    started: list[psutil.Popen] = []

    def start(plan: launch.Plan, leash: ProcessId | None = None, *, wait: bool = True) -> psutil.Popen:
        started.append(launch.launch(plan, leash))
        if wait:
            launch.wait_until_ready(plan, started[-1], lambda _: None)
        return started[-1]

    yield start
    for supervisord in started:
        if supervisord.is_running():
            launch.shut_down(run, supervisord)
        supervisord.wait()
    launch.sweep(run)


@pytest.fixture
def port() -> int:
    return free_block()[0]


def plan_of(run: RunDirectory, port: int, *command: str) -> launch.Plan:
    """A platform of one program, which by default answers at `port`."""
    command = command or (sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1")
    program = Program("valkey", STORES, command, ready=f"tcp://127.0.0.1:{port}", environment={"GIVEN": "yes"})
    run.of("valkey").mkdir()
    (run.of("valkey") / "program.json").write_text(
        json.dumps({"command": program.command, "environment": program.environment})
    )
    return launch.Plan(Given(dict(os.environ)), run, {"gateway": port}, (program,))


def test_a_killed_program_is_started_again_with_its_environment(start: Start, run: RunDirectory, port: int) -> None:
    start(plan_of(run, port))
    first = Supervisor(run).pid("valkey")

    os.kill(first, signal.SIGKILL)
    eventually(lambda: Supervisor(run).status("valkey").pid not in (0, first))

    eventually(lambda: psutil.Process(Supervisor(run).pid("valkey")).environ().get("GIVEN") == "yes")


def test_a_stopped_program_stays_down_until_it_is_started(start: Start, run: RunDirectory, port: int) -> None:
    start(plan_of(run, port))
    supervisor = Supervisor(run)

    supervisor.stop("valkey")
    assert supervisor.status("valkey").state == "STOPPED"

    supervisor.start("valkey")
    assert supervisor.status("valkey").state == "RUNNING"


def test_programs_of_a_killed_supervisord_are_swept_by_the_next_start(
    start: Start, run: RunDirectory, port: int
) -> None:
    supervisord = start(plan_of(run, port))
    orphan = psutil.Process(Supervisor(run).pid("valkey"))
    supervisord.kill()
    supervisord.wait()
    assert orphan.is_running()

    launch.sweep(run)

    assert not psutil.pid_exists(orphan.pid) or orphan.status() == psutil.STATUS_ZOMBIE
    assert run.running() is None


def test_everything_ends_when_the_holder_of_the_leash_is_killed(start: Start, run: RunDirectory, port: int) -> None:
    holder = subprocess.Popen(("sleep", "600"))
    try:
        supervisord = start(plan_of(run, port), ProcessId.of(holder.pid))
    finally:
        holder.kill()
        holder.wait()

    assert supervisord.wait(timeout=30) == 0
    assert group_members(run.of("valkey")) == []


def test_a_program_that_does_not_start_is_named_with_the_end_of_its_log(
    start: Start, run: RunDirectory, port: int
) -> None:
    plan = plan_of(run, port, "sh", "-c", "echo the disk is full; exit 1")
    supervisord = start(plan, wait=False)

    with pytest.raises(Problem, match=r"(?s)valkey does not start.*the disk is full"):
        launch.wait_until_ready(plan, supervisord, lambda _: None)

    launch.shut_down(run, supervisord)
    assert not supervisord.is_running()


def test_a_setting_that_a_program_refuses_is_told_in_its_own_line(start: Start, run: RunDirectory, port: int) -> None:
    plan = plan_of(run, port, "sh", "-c", "echo loading; echo 'counter: broken setting: PORT: no number'; exit 78")
    supervisord = start(plan, wait=False)

    with pytest.raises(Problem) as problem:
        launch.wait_until_ready(plan, supervisord, lambda _: None)

    assert problem.value.message == "counter: broken setting: PORT: no number"


def test_a_second_launcher_is_told_that_one_runs(start: Start, run: RunDirectory, port: int) -> None:
    supervisord = start(plan_of(run, port))

    with pytest.raises(Problem, match=f"already running in .*, pid {supervisord.pid}; end it with: make stop"):
        launch.make_plan(Given({"PORT": "0"}), run)


def test_a_folder_is_held_by_one_launcher_at_a_time(run: RunDirectory) -> None:
    with run.locked(), pytest.raises(Problem, match="already running"), run.locked():
        pass


def test_reset_leaves_what_the_launcher_did_not_make(run: RunDirectory) -> None:
    (run.path / "notes.txt").write_text("mine")
    run.of("valkey").mkdir()

    run.remove(("valkey",))

    assert [path.name for path in run.path.iterdir()] == ["notes.txt"]
