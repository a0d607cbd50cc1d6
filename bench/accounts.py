"""Logins and refreshes through the gateway, on a MySQL that waits for its disk at every commit."""

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import requests

from bench import platform
from bench.processes import cpu_seconds, processes_at
from bench.wrk import Load, posts
from quartet.testing.mysql import new_database, run_mysql

USERS = 16
SESSIONS = 64
PASSWORD = "a password of the bench"  # noqa: S105


@dataclass(frozen=True)
class Bench:
    """A platform whose auth has one worker process: `gateway` is its address, `auth` the processes of the service."""

    gateway: str
    auth: list[psutil.Process]

    def load(self, path: str, bodies: Path, connections: int, seconds: int) -> tuple[Load, float]:
        """Return what was measured, and the share of one core that auth was at work."""
        before = cpu_seconds(self.auth)
        load = posts(self.gateway, path, bodies, connections, seconds)
        return load, (cpu_seconds(self.auth) - before) / seconds


@contextlib.contextmanager
def benches(folder: Path) -> Iterator[Bench]:
    """Start MySQL and a platform of its own on it."""
    with run_mysql(durable=True) as server, new_database(server) as database:
        settings = {"AUTH_DATABASE_URL": database, "EMAIL_CONFIRMATION": "off"}
        with platform.started(folder, settings) as record:
            yield Bench(record.url, processes_at(record.ports["auth"]))


def write_bodies(bench: Bench, logins: Path, refreshes: Path) -> None:
    """Make some users and sessions, and write the requests that log in and refresh."""
    users = [{"username": f"bench-{number}", "password": PASSWORD} for number in range(USERS)]
    for user in users:
        requests.post(f"{bench.gateway}/api/auth/signup", json=user, timeout=10).raise_for_status()
    logins.write_text("".join(json.dumps(user) + "\n" for user in users))
    with refreshes.open("w") as file:
        for number in range(SESSIONS):
            answer = requests.post(f"{bench.gateway}/api/auth/login", json=users[number % USERS], timeout=10)
            answer.raise_for_status()
            file.write(json.dumps({"refresh_token": answer.json()["refresh_token"]}) + "\n")
