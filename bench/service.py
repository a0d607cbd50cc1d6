"""The counter service as `make run` starts it, called directly and through the gateway."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import requests

from devtools.given import ROOT
from devtools.run_directory import RunDirectory


@dataclass(frozen=True)
class Bench:
    """The gateway's address, that of counter behind it, and an access token."""

    gateway: str
    counter: str
    token: str


@contextlib.contextmanager
def benches(folder: Path) -> Iterator[Bench]:
    """Start a platform of its own, one worker for each service, and log its admin in."""
    settings = {"RUN_DIR": str(folder), "PORT": "0", "WEB_CONCURRENCY": "1", "RATE_LIMIT_FACTOR": "100000"}
    command = [sys.executable, "-m", "devtools", "--env-file", os.devnull]
    run = RunDirectory(folder)

    def devtools(word: str) -> None:
        subprocess.run([*command, word], cwd=ROOT, env=os.environ | settings, stdout=subprocess.DEVNULL, check=True)

    devtools("start")
    try:
        record = run.record()
        if record is None:
            raise RuntimeError("the platform left no record")
        login = requests.post(
            f"{record.url}/api/auth/login",
            json={"username": "admin", "password": run.admin_password.read_text().strip()},
            timeout=10,
        )
        login.raise_for_status()
        counter = record.urls["counter"].removesuffix("/health/ready")
        yield Bench(record.url, counter, login.json()["access_token"])
    finally:
        devtools("stop")
