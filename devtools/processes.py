"""Finding and ending processes of an earlier run, and never anybody else's."""

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

GROUP_FILE = "group.json"


@dataclass(frozen=True)
class ProcessId:
    """A pid with its creation time: a pid alone may have come to name another process."""

    pid: int
    created: float

    @classmethod
    def of(cls, pid: int) -> "ProcessId":
        return cls(pid, psutil.Process(pid).create_time())

    def find(self) -> psutil.Process | None:
        """The process, if it still lives."""
        try:
            process = psutil.Process(self.pid)
            # The clock may have been set since; two processes with one pid are never a second apart.
            same = abs(process.create_time() - self.created) < 1
            return process if same and process.status() != psutil.STATUS_ZOMBIE else None
        except psutil.NoSuchProcess:
            return None


def record_group(directory: Path) -> None:
    """Write down that this process's group is the one that runs in `directory`."""
    (directory / GROUP_FILE).write_text(json.dumps(asdict(ProcessId.of(os.getpgrp()))))


def end_groups(directories: Iterable[Path], grace: float) -> bool:
    """End every process of the groups recorded in `directories`, also where the leader is long dead.

    They are asked first and killed after `grace` seconds. Returns whether there were any.
    """
    directories = tuple(directories)
    found = False
    while members := [process for directory in directories for process in group_members(directory)]:
        found = True
        end(members, grace)
    return found


def group_members(directory: Path) -> list[psutil.Process]:
    """The living processes of the group recorded in `directory`, this one excepted.

    The kernel gives a group's number to nobody else while a member lives. After that another group may get it;
    its processes work elsewhere, or are older than the record.
    """
    try:
        leader = ProcessId(**json.loads((directory / GROUP_FILE).read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return []
    home = str(directory.resolve())
    members = []
    for process in psutil.process_iter():
        try:
            if os.getpgid(process.pid) != leader.pid or process.pid == os.getpid():
                continue
            if process.cwd() == home and process.create_time() > leader.created - 1:
                members.append(process)
        except (ProcessLookupError, PermissionError, psutil.Error):
            continue
    return members


def end(processes: list[psutil.Process], grace: float) -> None:
    """Ask the processes to end, and kill those that have not done so after `grace` seconds."""
    for signal in (psutil.Process.terminate, psutil.Process.kill):
        for process in processes:
            try:
                signal(process)
            except psutil.NoSuchProcess:
                continue
        _, processes = psutil.wait_procs(processes, timeout=grace)
