"""Starting and ending a platform: data first, then supervisord with the programs, then waiting until all are ready."""

import json
import os
import re
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil

from devtools.given import ROOT, Given
from devtools.logs import tail
from devtools.parts import SERVICES
from devtools.ports import choose_ports
from devtools.probe import is_ready
from devtools.problem import Problem
from devtools.processes import ProcessId, end, end_groups
from devtools.programs import NAMES, Program, local_tls, local_url, make_programs, public_url, service_command
from devtools.run_directory import Record, RunDirectory
from devtools.secret_files import write_private
from devtools.spawn import PROGRAM_FILE
from devtools.supervision import Status, Supervisor, render

PATIENCE = 120
TRIES = 3
# How a program says in one line why it does not start: a setting that it refuses, mostly. Log records are JSON.
REFUSAL = re.compile(rf"({'|'.join((*SERVICES, 'gateway'))}): .")
Say = Callable[[str], None]


@dataclass(frozen=True)
class Plan:
    """A platform that can be started."""

    given: Given
    run: RunDirectory
    ports: dict[str, int]
    programs: tuple[Program, ...]

    @property
    def url(self) -> str:
        return public_url(self.given, self.ports)

    @property
    def authority(self) -> Path | None:
        """The file of the authority that callers have to trust; None where there is none of our making."""
        local = local_tls(self.given, self.run)
        return local.authority if local else None

    def program(self, name: str) -> Program:
        return next(program for program in self.programs if program.name == name)


def make_plan(given: Given, run: RunDirectory) -> Plan:
    """Clear away what a killed run left in the folder, then decide what to run, and on which ports.

    Raises Problem when a platform runs there, a port is taken or a setting is broken.
    """
    if running := run.running():
        record, supervisord = running
        if record.leash is None or record.leash.find():
            raise run.already_running()
        end([supervisord], grace=30)
    sweep(run)
    ports = choose_ports(given)
    return Plan(given, run, ports, make_programs(given, ports, run))


def prepare(plan: Plan) -> None:
    """Write what each program runs, and bring the databases up to date."""
    for program in plan.programs:
        plan.run.of(program.name).mkdir(exist_ok=True)
        document = {"command": program.command, "environment": program.environment}
        write_private(plan.run.of(program.name) / PROGRAM_FILE, json.dumps(document, indent=2))
    migrations = [begin(plan, name, "migrate") for name in ("auth", "catalog")]
    for migration in migrations:
        finish(migration)


def begin_admin(plan: Plan) -> subprocess.Popen[str]:
    """Start making the first admin, which changes nothing where there is one."""
    return begin(plan, "auth", "create-admin", "--username", "admin", "--password-file", str(plan.run.admin_password))


def begin(plan: Plan, service: str, *arguments: str) -> subprocess.Popen[str]:
    """Start a command of a service with that service's settings."""
    return subprocess.Popen(
        (service_command(service), *arguments),
        cwd=plan.run.of(service),
        env=plan.given.environment | plan.program(service).environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def finish(command: subprocess.Popen[str]) -> None:
    """Wait for a command; raises Problem with its last lines when it fails."""
    output, _ = command.communicate()
    if command.returncode:
        lines = output.strip().splitlines() or ["(no output)"]
        if REFUSAL.match(lines[-1]):
            raise Problem(lines[-1])
        arguments = [str(argument) for argument in command.args]  # type: ignore[union-attr]
        name = " ".join((os.path.basename(arguments[0]), *arguments[1:2]))  # noqa: PTH119
        raise Problem("\n".join((f"{name} failed:", *lines[-10:])))


def launch(plan: Plan, leash: ProcessId | None) -> psutil.Popen:
    """Start supervisord in a session of its own and write the record."""
    run = plan.run
    run.configuration.write_text(render(plan.programs, run, leash))
    path = os.pathsep.join(filter(None, (str(ROOT), plan.given.get("PYTHONPATH", ""))))
    with run.log("supervisord-output").open("wb") as output:
        supervisord = psutil.Popen(
            (sys.executable, "-m", "supervisor.supervisord", "-c", str(run.configuration)),
            cwd=run.path,
            env=plan.given.environment | {"PYTHONPATH": path},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    urls = {program.name: program.ready for program in plan.programs} | {"gateway": local_url(plan.given, plan.ports)}
    run.write_record(Record(plan.url, plan.ports, urls, ProcessId.of(supervisord.pid), leash))
    return supervisord


def wait_until_ready(plan: Plan, supervisord: psutil.Popen, say: Say) -> None:
    """Return when every program is ready; raises Problem with the last lines of the log of one that is not."""
    started = time.monotonic()
    waiting = {program.name: program for program in plan.programs}
    ends: dict[str, set[int]] = defaultdict(set)
    while waiting:
        if supervisord.poll() is not None:
            raise Problem(last_words(plan.run, "supervisord-output"))
        for name, program in list(waiting.items()):
            if is_ready(program.ready):
                del waiting[name]
                say(f"  {name:<17} ready after {time.monotonic() - started:.1f} s")
                for follower in waiting.values():
                    if follower.after == name:
                        Supervisor(plan.run).start(follower.name, wait=False)
        for status in failing(plan.run):
            ends[status.name].add(status.ended_at)
            last_line = "".join(tail(plan.run.log(status.name), 1))
            if REFUSAL.match(last_line):
                raise Problem(last_line)
            if len(ends[status.name]) >= TRIES or status.state == "FATAL":
                raise Problem(last_words(plan.run, status.name))
        if waiting and time.monotonic() - started > PATIENCE:
            raise Problem(last_words(plan.run, next(iter(waiting))))
        time.sleep(0.1)


def failing(run: RunDirectory) -> list[Status]:
    """The programs that ended by themselves; none while supervisord is not yet there to ask."""
    try:
        return [status for status in Supervisor(run).statuses().values() if status.failing]
    except Problem:
        return []


def last_words(run: RunDirectory, program: str) -> str:
    return "\n".join((f"{program} does not start; the end of {run.log(program)}:", *tail(run.log(program), 15)))


def shut_down(run: RunDirectory, supervisord: psutil.Process) -> None:
    """End supervisord, which ends the programs, the gateway first and the stores last."""
    end([supervisord], grace=60)
    sweep(run)


def sweep(run: RunDirectory) -> None:
    """End what is left of the programs when nobody supervises them, and forget what was recorded."""
    end_groups((run.of(name) for name in NAMES), grace=3)
    run.record_file.unlink(missing_ok=True)
