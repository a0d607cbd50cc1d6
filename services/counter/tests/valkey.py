"""A real Valkey on a free port, which a test can hang, kill and start again with its data."""

import contextlib
import os
import signal
import subprocess
from pathlib import Path
from typing import Self

from redis import Redis
from redis.exceptions import RedisError

from devtools.binaries import find_valkey
from quartet.testing.ports import free_port
from quartet.testing.waiting import eventually

DURABLE = ("--appendonly", "yes", "--appendfsync", "always")
FORGETFUL = ("--appendonly", "no", "--save", "")


class Valkey:
    """One process; `options` are valkey-server's, beside those that this class needs itself."""

    def __init__(self, folder: Path, *options: str) -> None:
        self._folder = folder
        self._options = options or DURABLE
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        command = [find_valkey(), *self._config(), "--port", str(self.port), "--bind", "127.0.0.1"]
        options = ["--dir", str(self._folder), *self._options]
        self._process = subprocess.Popen([*command, *options], stdout=subprocess.DEVNULL)
        eventually(self._answers, what="Valkey answers")

    def stop(self) -> None:
        """End it as a crash would."""
        if self._process is not None:
            self.signal(signal.SIGKILL)
            self._process.wait()
            self._process = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def signal(self, number: signal.Signals) -> None:
        """SIGSTOP lets it hang until SIGCONT: it takes connections, and says nothing."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._process.pid, number)

    def client(self) -> Redis:
        return Redis.from_url(self.url, decode_responses=True)

    def commands(self) -> dict[str, int]:
        """How often each command was called so far."""
        with self.client() as redis:
            stats: dict[str, dict[str, int]] = redis.info("commandstats")
        return {name.removeprefix("cmdstat_"): values["calls"] for name, values in stats.items()}

    def _config(self) -> list[str]:
        return []

    def _answers(self) -> bool:
        with contextlib.suppress(RedisError), Redis.from_url(self.url) as redis:
            return bool(redis.ping())
        return False
