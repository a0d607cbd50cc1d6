"""What a request costs in processor time, at gateway and service: figures that a busy machine changes little."""

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import requests

from bench import platform
from bench.processes import cpu_seconds, processes_at
from quartet.testing.mysql import new_database, run_mysql

USER = {"username": "bench", "password": "a password of the bench"}
LEAST = 20
PAUSE = 1.5  # logs and counts of a request are written up to a second later
Route = tuple[str, str, str, Any]
ROUTES: tuple[Route, ...] = (
    ("auth", "POST", "/api/auth/login", USER),
    ("auth", "POST", "/api/auth/refresh", "refresh"),
    ("auth", "GET", "/api/auth/me", None),
    ("catalog", "GET", "/api/products?limit=20", None),
    ("catalog", "GET", "/api/products/my", None),
    ("catalog", "POST", "/api/products", {"name": "Teapot", "price": 9.99}),
    ("counter", "GET", "/api/count", None),
    ("counter", "POST", "/api/counters/cups/increment", {}),
    ("vectors", "POST", "/api/vectors", {"sentence": "fox"}),
    ("vectors", "POST", "/api/vectors", {"sentence": "fox", "model": "semantic"}),
)


@dataclass(frozen=True)
class Cost:
    """Seconds of processor time a request."""

    service: float
    gateway: float


@dataclass(frozen=True)
class Bench:
    url: str
    processes: dict[str, list[psutil.Process]]

    def cost(self, route: Route, seconds: int) -> Cost:
        """Make requests one after the other for some seconds."""
        service, method, path, body = route
        with requests.Session() as session:
            session.headers["Cookie"] = "bench=1"  # so that the gateway asks the service each time
            login = session.post(f"{self.url}/api/auth/login", json=USER, timeout=30).json()
            session.headers["Authorization"] = f"Bearer {login['access_token']}"
            made, end = 0, 0.0
            while made == 0 or made < LEAST or time.monotonic() < end:
                if made == 0:
                    before, end = self._spent(service), time.monotonic() + seconds
                sent = {"refresh_token": login["refresh_token"]} if body == "refresh" else body
                answer = session.request(method, self.url + path, json=sent, timeout=30)
                answer.raise_for_status()
                login = answer.json() if body == "refresh" else login
                made += 1
        time.sleep(PAUSE)
        after = self._spent(service)
        return Cost((after.service - before.service) / made, (after.gateway - before.gateway) / made)

    def _spent(self, service: str) -> Cost:
        return Cost(cpu_seconds(self.processes[service]), cpu_seconds(self.processes["gateway"]))


@contextlib.contextmanager
def benches(folder: Path) -> Iterator[Bench]:
    """Start MySQL and a platform on it, with one user."""
    with (
        run_mysql(durable=True) as server,
        new_database(server) as auth,
        new_database(server) as catalog,
        platform.started(
            folder, {"AUTH_DATABASE_URL": auth, "CATALOG_DATABASE_URL": catalog, "EMAIL_CONFIRMATION": "off"}
        ) as record,
    ):
        requests.post(f"{record.url}/api/auth/signup", json=USER, timeout=30).raise_for_status()
        names = {service for service, *_ in ROUTES} | {"gateway"}
        yield Bench(record.url, {name: processes_at(record.ports[name]) for name in names})
