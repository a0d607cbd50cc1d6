"""supervisord: its configuration, and talking to it while it runs."""

import shlex
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any
from xmlrpc.client import Fault, ServerProxy

from supervisor.xmlrpc import Faults, SupervisorTransport

from devtools.problem import Problem
from devtools.processes import ProcessId
from devtools.programs import EDGE, SERVICES, STORES, Program
from devtools.run_directory import RunDirectory

HEAD = """\
[supervisord]
nodaemon=true
silent=true
logfile={run}/logs/supervisord.log
logfile_maxbytes=5MB
logfile_backups=1
pidfile={run}/supervisord.pid
childlogdir={run}/logs

[unix_http_server]
file={socket}
chmod=0700

[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
"""

# A program that ends within a second is tried again after 1, 2, 3 … seconds, for half an hour in all: a service may
# wait that long for its store.
PROGRAM = """
[program:{name}]
command={command}
directory={directory}
autostart={autostart}
autorestart=true
startsecs=1
startretries=60
stopwaitsecs=15
stopasgroup=true
killasgroup=true
redirect_stderr=true
stdout_logfile={log}
stdout_logfile_maxbytes=10MB
stdout_logfile_backups=3
"""

GROUP = """
[group:{name}]
programs={programs}
priority={priority}
"""


def render(programs: Iterable[Program], run: RunDirectory, leash: ProcessId | None) -> str:
    """The configuration of supervisord. It holds no secret: those are in each program's own file."""
    programs = tuple(programs)
    text = HEAD.format(run=run.path, socket=run.socket)
    for program in programs:
        spawn = ("-m", "devtools.spawn")
        text += program_section(program.name, spawn, run.of(program.name), run, autostart=not program.after)
    for priority, group in enumerate((STORES, SERVICES, EDGE), start=1):
        if members := [program.name for program in programs if program.group == group]:
            text += GROUP.format(name=group, programs=",".join(members), priority=priority)
    if leash:
        command = ("-m", "devtools.leash", str(leash.pid), repr(leash.created))
        text += program_section("leash", command, run.path, run)
    return text


def program_section(
    name: str, command: tuple[str, ...], directory: Path, run: RunDirectory, *, autostart: bool = True
) -> str:
    return PROGRAM.format(
        name=name,
        command=shlex.join((sys.executable, *command)),
        directory=directory,
        autostart=str(autostart).lower(),
        log=run.log(name),
    )


@dataclass(frozen=True)
class Status:
    """How one program does."""

    name: str
    full_name: str
    state: str
    pid: int
    ended_at: int

    @property
    def failing(self) -> bool:
        return self.state in ("BACKOFF", "FATAL", "EXITED")


class Supervisor:
    """A running supervisord, reached at its socket. Every method raises Problem when there is none."""

    def __init__(self, run: RunDirectory) -> None:
        self.run = run

    def statuses(self) -> dict[str, Status]:
        """Every program by name, the leash left out."""
        return {
            info["name"]: Status(
                name=info["name"],
                full_name=f"{info['group']}:{info['name']}",
                state=info["statename"],
                pid=info["pid"],
                ended_at=info["stop"],
            )
            for info in self._call("getAllProcessInfo")
            if info["name"] != "leash"
        }

    def status(self, name: str) -> Status:
        statuses = self.statuses()
        if name not in statuses:
            raise Problem(f"No program {name!r}; there are: {', '.join(statuses)}.")
        return statuses[name]

    def start(self, name: str, *, wait: bool = True) -> None:
        """Start a stopped program and, if `wait`, return when it has been up for a second."""
        self._call("startProcess", self.status(name).full_name, wait, unless=Faults.ALREADY_STARTED)

    def stop(self, name: str) -> None:
        """Stop a program, wait for its end, and leave it stopped."""
        self._call("stopProcess", self.status(name).full_name, unless=Faults.NOT_RUNNING)

    def pid(self, name: str, patience: float = 10) -> int:
        """The pid of a program, which may be on its way up."""
        deadline = time.monotonic() + patience
        while (status := self.status(name)).state != "RUNNING" or not status.pid:
            if time.monotonic() > deadline:
                raise Problem(f"{name} does not run: {status.state}.")
            time.sleep(0.05)
        return status.pid

    def _call(self, method: str, *arguments: str | bool, unless: int | None = None) -> Any:
        # A connection a call: transports are not safe to share between threads.
        transport = SupervisorTransport(serverurl=f"unix://{self.run.socket}")  # type: ignore[no-untyped-call]
        try:
            with ServerProxy("http://supervisor", transport=transport) as server:
                return getattr(server.supervisor, method)(*arguments)
        except Fault as fault:
            if fault.faultCode == unless:
                return None
            raise Problem(f"supervisord: {method} {arguments}: {fault.faultString}") from fault
        except (OSError, HTTPException) as error:
            raise Problem(f"Quartet does not run in {self.run.path}; start it with: make start") from error
