"""catalog as it is deployed: gunicorn, one worker, over real connections."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from quartet.testing import INTERNAL_SECRET
from quartet.testing.ports import free_port
from quartet.testing.waiting import eventually

DEADLINE = 30.0


@dataclass(frozen=True)
class Server:
    port: int
    worker: int
    """The process that answers."""
    state: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def peak_memory(self) -> int:
        """Return the most bytes that the worker has ever held."""
        lines = Path(f"/proc/{self.worker}/status").read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))

    def connect(self) -> "closing[socket.socket]":
        return closing(socket.create_connection(("127.0.0.1", self.port), DEADLINE))


@contextmanager
def serving(state: Path, auth_url: str, **settings: str) -> Iterator[Server]:
    """Yield catalog on a migrated SQLite file in `state`."""
    port = free_port()
    environment = {
        **os.environ,
        "ENVIRONMENT": "testing",
        "STATE_DIR": str(state),
        "AUTH_URL": auth_url,
        "INTERNAL_SECRET": INTERNAL_SECRET,
        "PORT": str(port),
        "WEB_CONCURRENCY": "1",
        **settings,
    }
    with (state / "log").open("wb") as log:
        process = subprocess.Popen([sys.executable, "-m", "catalog"], env=environment, stdout=log, stderr=log)
    try:
        eventually(lambda: _answers(port), DEADLINE, "catalog answers")
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        yield Server(port, int(children[-1]), state)
    finally:
        process.terminate()
        process.wait(DEADLINE)


def _answers(port: int) -> bool:
    try:
        return requests.get(f"http://127.0.0.1:{port}/health/ready", timeout=DEADLINE).status_code == 200
    except requests.ConnectionError:
        return False
