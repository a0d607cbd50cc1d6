"""The folder that holds everything of one platform: data, secrets, logs, and the record of what runs."""

import fcntl
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from devtools.problem import Problem
from devtools.processes import ProcessId

LONGEST_SOCKET_PATH = 100


@dataclass(frozen=True)
class Record:
    """What runs, for those who come later: `platform.json`."""

    url: str
    ports: dict[str, int]
    urls: dict[str, str]
    supervisor: ProcessId
    leash: ProcessId | None


@dataclass(frozen=True)
class RunDirectory:
    path: Path

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    @property
    def secrets(self) -> Path:
        return self.path / "secrets"

    @property
    def certificates(self) -> Path:
        return self.path / "certificates"

    @property
    def admin_password(self) -> Path:
        return self.path / "admin-password"

    @property
    def configuration(self) -> Path:
        return self.path / "supervisord.conf"

    @property
    def record_file(self) -> Path:
        return self.path / "platform.json"

    @property
    def socket(self) -> Path:
        """Where supervisord listens; a Unix socket's path must be short."""
        path = self.path / "supervisor.sock"
        if len(str(path)) <= LONGEST_SOCKET_PATH:
            return path
        digest = hashlib.sha256(str(self.path).encode()).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"quartet-{os.getuid()}-{digest}.sock"

    def log(self, program: str) -> Path:
        return self.logs / f"{program}.log"

    def of(self, program: str) -> Path:
        """The program's own folder, which is its working directory."""
        return self.path / program

    def record(self) -> Record | None:
        """What the last launcher wrote down, whether or not it still runs."""
        try:
            document = json.loads(self.record_file.read_text())
            leash = document.pop("leash")
            return Record(
                **document | {"supervisor": ProcessId(**document["supervisor"])},
                leash=ProcessId(**leash) if leash else None,
            )
        except (FileNotFoundError, ValueError, TypeError, KeyError):
            return None

    def write_record(self, record: Record) -> None:
        self.record_file.write_text(json.dumps(asdict(record), indent=2) + "\n")

    def running(self) -> tuple[Record, psutil.Process] | None:
        """The record and the supervisord of a platform that runs here."""
        record = self.record()
        process = record.supervisor.find() if record else None
        return (record, process) if record and process else None

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the folder for one launcher; the kernel lets go of it however that ends. Raises Problem when held."""
        self.logs.mkdir(parents=True, exist_ok=True)
        with (self.path / "launcher.lock").open("a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise self.already_running() from error
            yield

    def already_running(self) -> Problem:
        running = self.running()
        pid = f", pid {running[1].pid}" if running else ""
        return Problem(f"Quartet is already running in {self.path}{pid}; end it with: make stop")

    def remove(self, programs: tuple[str, ...]) -> None:
        """Remove what the launcher and the programs made here, and nothing else."""
        for name in (*programs, "logs", "secrets", "certificates"):
            shutil.rmtree(self.path / name, ignore_errors=True)
        for file in (self.admin_password, self.configuration, self.record_file, self.path / "supervisord.pid"):
            file.unlink(missing_ok=True)
        (self.path / "launcher.lock").unlink(missing_ok=True)
        self.socket.unlink(missing_ok=True)
        if self.path.is_dir() and not any(self.path.iterdir()):
            self.path.rmdir()
