"""What the arithmetic starts from, measured as processor time, which a busy machine changes little.

`python -m bench.scaling measure` prints it; what was found goes into figures.py by hand.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
import requests
from pydantic import SecretStr
from redis import Redis

from auth import repository
from auth.settings import AuthSettings
from bench.processes import cpu_seconds
from catalog import create_app as create_catalog
from catalog.settings import CatalogSettings
from counter import create_app as create_counter
from counter.repository import counters
from counter.repository.store import Store
from counter.settings import CounterSettings
from quartet.database import Database
from quartet.migrations import migrate
from quartet.testing import INTERNAL_SECRET, AuthServer, SigningKey, TokenMaker
from quartet.testing.ports import free_port
from quartet.testing.waiting import eventually
from services.auth.tests.api import Api
from services.counter.tests.valkey import FORGETFUL, Valkey
from vectors import create_app as create_vectors
from vectors.settings import VectorsSettings

PAGE = 1000
USERS = 2000
ROUNDS = 5


@contextmanager
def served(folder: Path) -> Iterator[tuple[str, list[psutil.Process]]]:
    """Yield the address and the processes of an auth with one worker, on a SQLite that has a page of events."""
    port = free_port()
    environment = {
        "PATH": os.environ["PATH"],
        "STATE_DIR": str(folder),
        "DATABASE_URL": f"sqlite:///{folder}/auth.db",
        "INTERNAL_SECRET": INTERNAL_SECRET,
        "SECRET_KEYS": '["secret-key-of-the-bench-0123456789abcdef"]',
        "WEB_CONCURRENCY": "1",
        "LOG_LEVEL": "WARNING",
        "PORT": str(port),
    }
    program = Path(sys.executable).parent / "auth"
    subprocess.run([program, "migrate"], env=environment, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    database = Database(environment["DATABASE_URL"])
    with database.writing() as session:
        told = [(f"00000000-0000-4000-8000-{number:012}", None) for number in range(PAGE)]
        repository.feed.append_all(session, "session.revoked", told, 3630)
        session.commit()
    database.engine.dispose()
    process = subprocess.Popen([program, "serve"], env=environment, cwd=folder)
    try:
        eventually(lambda: _ready(port), within=60, what="auth")
        master = psutil.Process(process.pid)
        yield f"http://127.0.0.1:{port}/internal/feed?limit={PAGE}&after=", [master, *master.children()]
    finally:
        process.terminate()
        process.wait(20)


def _ready(port: int) -> bool:
    with suppress(requests.RequestException):
        return requests.get(f"http://127.0.0.1:{port}/health/ready", timeout=2).status_code == 200
    return False


def pulls() -> list[tuple[str, str]]:
    """What a pull of the feed costs auth's processes, on SQLite: empty, and a page of 1,000."""
    with tempfile.TemporaryDirectory() as name, served(Path(name)) as (url, processes), requests.Session() as client:
        client.headers["Authorization"] = f"Bearer {INTERNAL_SECRET}"

        def pull(after: str) -> requests.Response:
            answer = client.get(url + after, timeout=10)
            answer.raise_for_status()
            return answer

        def cost(after: str, times: int) -> float:
            found = []
            for _ in range(ROUNDS):
                before = cpu_seconds(processes)
                for _ in range(times):
                    pull(after)
                found.append((cpu_seconds(processes) - before) / times * 1000)
            return statistics.median(found)

        page = pull("0")
        return [
            ("an empty pull, ms of a core of auth", f"{cost(page.json()['next'], 200):.1f}"),
            (f"a page of {PAGE:,} events, ms of a core of auth", f"{cost('0', 20):.0f}"),
            (f"a page of {PAGE:,} events, bytes", f"{len(page.content):,}"),
        ]


def redis() -> list[tuple[str, str]]:
    """What an increment costs Redis (its process, in memory only), and the memory that a counter takes."""
    with tempfile.TemporaryDirectory() as folder, Valkey(Path(folder), *FORGETFUL) as valkey:
        client, store = Redis.from_url(valkey.url), Store(valkey.url)
        server = psutil.Process(client.info("server")["process_id"])

        def cost(work: Callable[[int], object]) -> float:
            work(-1)
            before = sum(server.cpu_times()[:2])
            for number in range(USERS):
                work(number)
            return (sum(server.cpu_times()[:2]) - before) / USERS * 1000

        used = client.info("memory")["used_memory"]
        first = cost(lambda number: counters.increment(store, f"00000000-0000-4000-8000-{number:012}", "cups", 1))
        each = (client.info("memory")["used_memory"] - used) / USERS
        again = cost(lambda number: counters.increment(store, f"00000000-0000-4000-8000-{number:012}", "cups", 1))
        plain = cost(lambda _: client.incr("quartet:visits"))
        return [
            ("a plain INCR, ms of Redis' core", f"{plain:.3f}"),
            ("an increment (increment.lua), ms of Redis' core", f"{again:.3f}"),
            ("the first increment of a user, ms of Redis' core", f"{first:.3f}"),
            ("memory of a user with one counter, bytes", f"{each:,.0f}"),
        ]


def table() -> str:
    rows = [*costs(), *pulls(), *redis()]
    return "\n".join(["| measured | |", "|---|---:|", *(f"| {name} | {value} |" for name, value in rows)])


def costs() -> list[tuple[str, str]]:
    """What main routes cost their services, in one process, on SQLite, without the HTTP server."""
    key = SigningKey()
    keys, tokens = AuthServer([key]), TokenMaker(key)
    known: dict[str, Any] = {"environment": "testing", "log_level": "WARNING", "auth_url": keys.url}
    headers = tokens.bearer(sub="8c5e5c0e-95a5-4ba2-9f0c-0f0a3f2b6d11", preferred_username="ada", roles=["user"])
    secrets = {"internal_secret": SecretStr(INTERNAL_SECRET), "secret_keys": (SecretStr("s" * 40),)}
    with tempfile.TemporaryDirectory() as name, Valkey(Path(name) / "valkey", *FORGETFUL) as valkey:
        known["state_dir"] = Path(name)
        api = Api(AuthSettings(**{**known, **secrets, "email_confirmation": "off"}))
        api.sign_up()
        login = api.log_in().get_json()
        refresh = {"token": login["refresh_token"]}

        def refreshed() -> None:
            refresh["token"] = api.refresh(refresh["token"]).get_json()["refresh_token"]

        own = CatalogSettings(**{**known, "internal_secret": SecretStr(INTERNAL_SECRET)})
        migrate(own.database, "catalog")
        shop = create_catalog(own).test_client()
        count = create_counter(CounterSettings(**{**known, "redis_url": valkey.url})).test_client()
        embed = create_vectors(VectorsSettings(**known)).test_client()
        teapot = {"name": "Teapot", "price": 9.99}
        rows = [
            ("log-in", spent(api.log_in)),
            ("refresh", spent(refreshed)),
            ("account (`GET /api/auth/me`)", spent(lambda: api.me(login["access_token"]))),
            ("write (`POST /api/products`)", spent(lambda: shop.post("/api/products", json=teapot, headers=headers))),
            ("public list of 20", spent(lambda: shop.get("/api/products?limit=20"))),
            ("own list of 20", spent(lambda: shop.get("/api/products/my", headers=headers))),
            ("increment", spent(lambda: count.post("/api/counters/cups/increment", json={}, headers=headers))),
            ("vector (`random`)", spent(lambda: embed.post("/api/vectors", json={"sentence": "fox"}, headers=headers))),
        ]
    keys.close()
    return [(f"{route}, ms of a core of the service", f"{milliseconds:.1f}") for route, milliseconds in rows]


def spent(work: Callable[[], object], times: int = 30) -> float:
    """Return the milliseconds of a core of this process that one call costs, in the median of three rounds."""
    work()
    found = []
    for _ in range(3):
        begun = time.process_time()
        for _ in range(times):
            work()
        found.append((time.process_time() - begun) / times * 1000)
    return statistics.median(found)
