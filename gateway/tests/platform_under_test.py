"""The real nginx, started by entrypoint.sh before small real services."""

import contextlib
import http.client
import json
import os
import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import requests

from gateway.tests import program
from gateway.tests.services import Auth, Service
from quartet.testing import INTERNAL_SECRET
from quartet.testing.ports import free_port
from quartet.testing.waiting import eventually

GATEWAY = Path(__file__).parent.parent
DEADLINE = 15.0


class Gateway:
    """A running gateway and the services behind it."""

    def __init__(self, folder: Path, home: Path = GATEWAY, **settings: str) -> None:
        self.home = home
        self.auth = Auth()
        self.services = {name: Service() for name in ("catalog", "counter", "vectors")}
        self.port, self.internal_port, self.metrics_port = free_port(), free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.folder = folder
        upstreams = {"auth": self.auth, **self.services}
        self.environment = {
            **program.environment(),
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "INTERNAL_PORT": str(self.internal_port),
            "METRICS_PORT": str(self.metrics_port),
            "RUN_DIR": str(folder / "run"),
            "INTERNAL_SECRET": INTERNAL_SECRET,
            "RATE_LIMIT_FACTOR": "1000",
            "ACCESS_LOG": str(folder / "access.log"),
            **{f"{name.upper()}_UPSTREAM": f"127.0.0.1:{service.port}" for name, service in upstreams.items()},
            **settings,
        }
        self._running: program.Program | None = None

    @property
    def program(self) -> program.Program:
        assert self._running is not None
        return self._running

    @property
    def everything(self) -> list[Service]:
        return [self.auth, *self.services.values()]

    def start(self, *, with_auth: bool = True) -> None:
        for service in self.everything:
            if with_auth or service is not self.auth:
                service.start()
        self._running = program.Program(self.home, self.folder, self.environment)
        eventually(self._answers)
        if with_auth:
            eventually(self.is_ready)

    def stop(self) -> None:
        self._end(signal.SIGTERM)
        for service in self.everything:
            service.stop()

    def kill(self) -> None:
        """End every process of nginx as a crash of the machine would."""
        self._end(signal.SIGKILL)

    def _end(self, number: int) -> None:
        if self._running is not None:
            with contextlib.suppress(ProcessLookupError):
                self._running.signal_all(number)
            self._running.process.wait(DEADLINE)
            self._running = None

    def reload(self, **settings: str) -> None:
        """Render the configuration again, with some settings changed, and wait until new workers have taken over."""
        self.environment |= settings
        rendering = program.Program(self.home, self.folder, self.environment, "check")
        assert rendering.process.wait(DEADLINE) == 0, (self.folder / "error.log").read_text()
        old = self.workers()
        self.signal(signal.SIGHUP)
        eventually(lambda: self.workers() and self.workers().isdisjoint(old))

    def _answers(self) -> bool:
        assert self.program.process.poll() is None, (self.folder / "error.log").read_text()
        with contextlib.suppress(requests.ConnectionError):
            return self.get("/health/live").ok
        return False

    def is_ready(self) -> bool:
        return self.get("/health/ready").ok

    def signal(self, number: int) -> None:
        os.kill(self.program.master, number)

    def quit(self) -> int:
        """Ask for a graceful end and return the exit status."""
        self.signal(signal.SIGQUIT)
        return self.program.process.wait(DEADLINE)

    def workers(self) -> set[int]:
        return self.program.workers()

    def pulled(self) -> None:
        """Wait until a pull of the feed that began after this call has been answered, and one more has begun."""
        before = self.auth.pulls
        eventually(lambda: self.auth.pulls >= before + 2)

    def request(self, method: str, path: str, token: str | None = None, **options: Any) -> requests.Response:
        headers = dict(options.pop("headers", {}))
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        with requests.Session() as session:
            session.trust_env = False
            return session.request(method, self.url + path, headers=headers, timeout=DEADLINE, **options)

    def get(self, path: str, token: str | None = None, **options: Any) -> requests.Response:
        return self.request("GET", path, token, **options)

    def status(self, token: str) -> int:
        return self.get("/api/count", token).status_code

    def code(self, token: str) -> str:
        """What the gate says to this token: `ok`, or the code of the error."""
        answer = self.get("/api/count", token)
        return "ok" if answer.status_code == 200 else str(problem(answer)["code"])

    def connection(self) -> contextlib.closing[http.client.HTTPConnection]:
        """A connection of one's own, kept from request to request."""
        return contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=DEADLINE))

    def raw(self, data: bytes) -> tuple[int, dict[str, str], bytes]:
        """Send bytes as they are, as no HTTP library would, and read one answer."""
        with socket.create_connection(("127.0.0.1", self.port), DEADLINE) as connection:
            connection.sendall(data)
            with http.client.HTTPResponse(connection) as answer:
                answer.begin()
                return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()

    def raw_path(self, path: str, *headers: str, method: str = "GET") -> tuple[int, dict[str, str], bytes]:
        lines = [f"{method} {path} HTTP/1.1", "Host: gateway.test", "Connection: close", *headers, "", ""]
        return self.raw("\r\n".join(lines).encode("latin-1"))

    def log(self, request_id: str) -> dict[str, Any]:
        """The access log's line for one request."""

        def line() -> dict[str, Any] | None:
            lines = (self.folder / "access.log").read_text().splitlines()
            return next((found for found in map(json.loads, lines) if found["request_id"] == request_id), None)

        found: dict[str, Any] = eventually(line)
        return found


def problem(answer: requests.Response) -> dict[str, Any]:
    """The problem document of an answer, checked for all that every error of the gateway has."""
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Cache-Control"] == "no-store"
    document: dict[str, Any] = answer.json()
    assert document["status"] == answer.status_code
    assert document["type"] == f"urn:quartet:error:{document['code']}"
    assert document["request_id"] == answer.headers["X-Request-ID"]
    assert document["title"]
    assert document["detail"]
    if answer.status_code == 401:
        assert answer.headers["WWW-Authenticate"].startswith('Bearer realm="quartet"')
        assert ('error="invalid_token"' in answer.headers["WWW-Authenticate"]) == (document["code"] != "token_missing")
    if answer.status_code in {429, 502, 503, 504}:
        assert int(answer.headers["Retry-After"]) > 0
    return document


Start = Callable[..., Gateway]
"""The fixture `start`: a gateway with these settings, running and ready."""


@contextlib.contextmanager
def running(folder: Path, *, with_auth: bool = True, **settings: Any) -> Iterator[Gateway]:
    gateway = Gateway(folder, **settings)
    try:
        gateway.start(with_auth=with_auth)
        yield gateway
    finally:
        gateway.stop()
