"""The platform under test as `make run` starts it: processes of this machine, on free ports, with data of their own."""

import json
import os
import re
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import psutil

from devtools.command import run_command
from devtools.given import ROOT
from devtools.logs import tail
from devtools.parts import PARTS
from devtools.probe import is_ready
from devtools.run_directory import RunDirectory
from devtools.spawn import PROGRAM_FILE
from devtools.supervision import Supervisor
from tests.integration.platform_logs import records

# What tests call a part, where the program is another one here.
PROGRAMS = {"redis": "valkey"}
IS_WORKER = re.compile("nginx: worker process|gunicorn")
INHERITED = ("PATH", "HOME", "LANG", "TMPDIR", "LD_LIBRARY_PATH", "VIRTUAL_ENV")


class EmbeddedPlatform:
    """A running platform. Its parts are those of devtools/parts.py; every kind of platform has these methods."""

    def __init__(self, folder: Path, settings: dict[str, str]) -> None:
        """Start a platform and wait until it is healthy; AssertionError with the launcher's words when it fails."""
        inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
        self._environment = inherited | {"PORT": "0"} | settings | {"RUN_DIR": str(folder)}
        self._devtools("start", "--leash", str(os.getpid()))
        self._run = RunDirectory(folder)
        self._supervisor = Supervisor(self._run)
        self._killed: list[psutil.Process] = []
        record = self._run.record()
        assert record is not None
        self.url = record.urls["gateway"]
        self.public_url = record.url

    @property
    def admin_password(self) -> str:
        return self.admin_password_file.read_text().strip()

    @property
    def admin_password_file(self) -> Path:
        return self._run.admin_password

    @property
    def authority(self) -> Path:
        """The authority to trust, where the platform was started with TLS=1."""
        return self._run.certificates / "authority.pem"

    def stop(self, part: str) -> None:
        """End a part in good order; it stays down until `start`."""
        self._supervisor.stop(self._program(part))

    def start(self, part: str) -> None:
        """Start a part that was stopped."""
        self._supervisor.start(self._program(part))

    def kill(self, part: str) -> None:
        """SIGKILL a part; it is started again by itself."""
        process = psutil.Process(self._supervisor.pid(self._program(part)))
        self._killed += [process, *process.children(recursive=True)]
        process.kill()

    def wait_healthy(self, patience: float = 60) -> None:
        """Return when what was killed has been replaced, every part is ready, and the gateway tells so."""
        deadline = time.monotonic() + patience
        # The children of a killed process go on answering until its successor sweeps them away.
        while any(map(is_alive, self._killed)) or not all(map(is_ready, self._addresses())):
            assert time.monotonic() < deadline, f"not healthy after {patience} s\n{self.last_words()}"
            time.sleep(0.05)
        self._killed.clear()

    def run(self, service: str, *arguments: str) -> str:
        """Run a command of a service with that service's settings; return what it printed."""
        result = run_command(self._run, service, arguments, capture=True)
        assert result.returncode == 0, f"{service} {' '.join(arguments)}: {result.stdout}{result.stderr}"
        return result.stdout

    def address(self, part: str) -> str:
        """Where a part listens, behind the gateway's back."""
        record = self._run.record()
        assert record is not None
        return record.urls[self._program(part)].partition("/health/")[0]

    def change_secret_keys(self, *keys: str) -> None:
        """Give auth and its workers other SECRET_KEYS; they start again one after the other."""
        for file in sorted(self._run.path.glob(f"*/{PROGRAM_FILE}")):
            program = json.loads(file.read_text())
            if "SECRET_KEYS" in program["environment"]:
                program["environment"]["SECRET_KEYS"] = json.dumps(keys)
                file.write_text(json.dumps(program))
                self.stop(file.parent.name)
                self.start(file.parent.name)
        self.wait_healthy()

    def secret_keys(self) -> list[str]:
        program = json.loads((self._run.of("auth") / PROGRAM_FILE).read_text())
        return list(json.loads(program["environment"]["SECRET_KEYS"]))

    def back_up(self, service: str) -> None:
        """Keep a copy of a service's database."""
        self._copy(service, f"{service}.db", "backup.db")

    def restore(self, service: str) -> None:
        """Bring the copy back."""
        self._copy(service, "backup.db", f"{service}.db")

    def stored(self, service: str) -> str:
        """All that a service's database holds, as SQL, each row in a line of its own."""
        with closing(sqlite3.connect(self._run.of(service) / f"{service}.db")) as database:
            return "\n".join(database.iterdump())

    def logs(self, part: str) -> list[dict[str, Any]]:
        """The log of a part, oldest record first; lines that are no JSON object are left out."""
        return records(self._run.log(self._program(part)).read_text(errors="replace"))

    def workers(self, part: str) -> set[int]:
        """The worker processes of nginx or gunicorn; one that died has a successor with another number."""
        processes = psutil.Process(self._supervisor.pid(self._program(part))).children(recursive=True)
        return {process.pid for process in processes if IS_WORKER.search(" ".join(process.cmdline()))}

    def last_words(self, lines: int = 8) -> str:
        """The end of every part's log, for the report of a failed test."""
        logs = {part: tail(self._run.log(self._program(part)), lines) for part in PARTS}
        return "\n".join("\n".join((f"── {part}", *log)) for part, log in logs.items() if log)

    def close(self) -> None:
        """End everything."""
        self._devtools("stop")

    def _devtools(self, *arguments: str) -> None:
        result = subprocess.run(
            (sys.executable, "-m", "devtools", "--env-file", os.devnull, *arguments),
            cwd=ROOT,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert result.returncode == 0, result.stdout

    def _addresses(self) -> list[str]:
        record = self._run.record()
        assert record is not None
        return [url for name, url in record.urls.items() if name != "gateway"] + [f"{self.url}/health"]

    def _copy(self, service: str, source: str, target: str) -> None:
        folder = self._run.of(service)
        with closing(sqlite3.connect(folder / source)) as old, closing(sqlite3.connect(folder / target)) as new:
            old.backup(new)

    @staticmethod
    def _program(part: str) -> str:
        return PROGRAMS.get(part, part)


def is_alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
