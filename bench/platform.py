"""A platform as `make run` starts it, one worker for each service, for as long as it is measured."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import requests

from devtools.given import ROOT
from devtools.run_directory import Record, RunDirectory

SETTINGS = {"PORT": "0", "WEB_CONCURRENCY": "1", "RATE_LIMIT_FACTOR": "100000", "THROTTLE_FACTOR": "100000"}


@contextlib.contextmanager
def started(folder: Path, settings: Mapping[str, str]) -> Iterator[Record]:
    """Yield what the launcher wrote down about the platform in `folder`."""
    command = [sys.executable, "-m", "devtools", "--env-file", os.devnull]
    environment = {**os.environ, **SETTINGS, "RUN_DIR": str(folder), **settings}

    def devtools(word: str) -> None:
        subprocess.run([*command, word], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, check=True)

    devtools("start")
    try:
        record = RunDirectory(folder).record()
        if record is None:
            raise RuntimeError("the platform left no record")
        yield record
    finally:
        devtools("stop")


def admin_token(folder: Path, url: str) -> str:
    """Return an access token of the platform's admin."""
    password = RunDirectory(folder).admin_password.read_text().strip()
    answer = requests.post(f"{url}/api/auth/login", json={"username": "admin", "password": password}, timeout=10)
    answer.raise_for_status()
    return str(answer.json()["access_token"])
