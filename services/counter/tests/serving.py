"""counter under gunicorn, as it is served, and streams of it that a test reads line by line."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import requests

from devtools.given import ROOT
from quartet.testing.ports import free_port, wait_for

PATIENCE = 20
COMMAND = (sys.executable, "-m", "gunicorn", "-c", "python:quartet.gunicorn_conf", "counter:create_app()")


class Served:
    """One worker process, unless the settings say otherwise."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.port = free_port()
        self.url, self.log = f"http://127.0.0.1:{self.port}", folder / "log"
        (folder / "metrics").mkdir()
        environment = {"PATH": os.environ["PATH"], "PORT": str(self.port), "STATE_DIR": str(folder)}
        environment |= {"PROMETHEUS_MULTIPROC_DIR": str(folder / "metrics"), "WEB_CONCURRENCY": "1", "THREADS": "8"}
        with self.log.open("w") as log:
            self.process = subprocess.Popen(COMMAND, cwd=ROOT, env=environment | settings, stdout=log, stderr=log)
        wait_for(f"{self.url}/health/ready")

    def close(self) -> int:
        self.process.terminate()
        return self.process.wait(PATIENCE)

    def get(self, path: str, headers: dict[str, str], *, method: str = "GET", **options: Any) -> requests.Response:
        return requests.request(method, self.url + path, headers=headers, timeout=PATIENCE, **options)

    def add(self, headers: dict[str, str], name: str = "coffee", by: int = 1) -> None:
        path = f"{self.url}/api/counters/{name}/increment"
        assert requests.post(path, json={"by": by}, headers=headers, timeout=PATIENCE).status_code == 200

    def delete(self, headers: dict[str, str], name: str = "coffee") -> None:
        path = f"{self.url}/api/counters/{name}"
        assert requests.delete(path, headers=headers, timeout=PATIENCE).status_code == 204

    def streams(self) -> float:
        """How many are open, as the metrics say."""
        lines = self.get("/metrics", {}).text.splitlines()
        return sum(float(line.split()[1]) for line in lines if line.startswith("counter_streams_open"))


class Reader:
    """A stream that is read."""

    def __init__(self, answer: requests.Response) -> None:
        assert answer.status_code == 200, answer.text
        self.answer = answer
        self._lines = answer.iter_lines(decode_unicode=True, chunk_size=1)

    def lines(self) -> Iterator[str]:
        """The lines that are not empty, until the stream ends."""
        with closing(self.answer):
            yield from filter(None, self._lines)

    def next(self, start: str) -> str:
        """What follows the next `start` at the beginning of a line."""
        for line in self._lines:
            if line.startswith(start):
                return str(line.removeprefix(start))
        raise AssertionError(f"the stream ended without {start}")

    def value(self) -> int:
        """The next value."""
        return int(json.loads(self.next("data: "))["value"])


def read(served: Served, headers: dict[str, str], name: str = "coffee") -> Reader:
    return Reader(served.get(f"/api/counters/{name}/stream", headers, stream=True))
