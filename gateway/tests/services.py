"""Small services over real HTTP that remember what reached them, to the last header."""

import json
from collections import Counter
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

from quartet.testing import SigningKey
from quartet.testing.auth_server import InnerAnswers


@dataclass
class Seen:
    """One request as it reached a service."""

    method: str
    path: str
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        values = [value for key, value in self.headers if key.lower() == name.lower()]
        assert len(values) < 2, f"{name} came twice"
        return values[0] if values else None


class Service:
    """A service over real HTTP that remembers what reached it. Stop it and start it again on the same port."""

    def __init__(self, address: str = "127.0.0.1", port: int = 0) -> None:
        self.ready = True
        self.health_asked = 0
        self.seen: list[Seen] = []
        self.answers: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.delays: dict[str, Event] = {}
        self.breaks: set[str] = set()
        """Paths at which it dies before it answers."""
        self.cuts: set[str] = set()
        """Paths at which it dies in the middle of its answer."""
        self.accepted = 0
        self._address = address
        self._server = self._bind(port)
        self.port: int = self._server.server_address[1]
        self._thread: Thread | None = None

    def start(self) -> None:
        if self._thread is None:
            self._server = self._server or self._bind(self.port)
            self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Stop listening and break the connections that are open, as a killed process does."""
        server, self._server = self._server, None
        for delay in self.delays.values():
            delay.set()
        if self._thread is not None:
            server.shutdown()
            self._thread.join()
            self._thread = None
        if server is not None:
            server.server_close()
            server.break_connections()

    def reply(self, seen: Seen) -> tuple[int, dict[str, str], bytes]:
        path = seen.path.partition("?")[0]
        if path == "/health/ready":
            self.health_asked += 1
            return (200 if self.ready else 503), {}, b"{}"
        if path in self.delays:
            self.delays[path].wait(30)
        if path in self.answers:
            answer = self.answers[path]
            unchanged = "ETag" in answer[1] and answer[1]["ETag"] == seen.header("If-None-Match")
            return (304, answer[1], b"") if unchanged else answer
        body = {"method": seen.method, "path": seen.path, "bytes": len(seen.body)}
        return 200, {"Content-Type": "application/json"}, json.dumps(body).encode()

    def _bind(self, port: int) -> Any:
        return _Server((self._address, port), self)


class Auth(Service, InnerAnswers):
    """The service that also publishes keys and the feed."""

    def __init__(self) -> None:
        Service.__init__(self)
        InnerAnswers.__init__(self, [SigningKey("first")])

        self.asked: Counter[str] = Counter()
        """How many requests came in, by path, answered or not."""

    def reply(self, seen: Seen) -> tuple[int, dict[str, str], bytes]:
        self.asked[seen.path.partition("?")[0]] += 1
        if inner := self.answer(seen.path, seen.header("Authorization")):
            status, body = inner
            return status, {"Content-Type": "application/json"}, body
        return super().reply(seen)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], service: Service) -> None:
        self.service = service
        self.connections: set[Any] = set()
        super().__init__(address, _Handler)

    def break_connections(self) -> None:
        for connection in list(self.connections):
            connection.close_connection = True
            try:
                connection.connection.shutdown(2)
            except OSError:
                continue

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that nginx or a test broke off is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.server.connections.add(self)
        self.server.service.accepted += 1

    def finish(self) -> None:
        self.server.connections.discard(self)
        super().finish()

    def parse_request(self) -> bool:
        parsed = super().parse_request()
        if parsed:
            setattr(self, f"do_{self.command}", self._answer)
        return parsed

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        seen = Seen(self.command, self.path, list(self.headers.items()), self.rfile.read(length))
        if not seen.path.startswith(("/internal/", "/.well-known/", "/health")):
            self.server.service.seen.append(seen)
        if seen.path in self.server.service.breaks:
            self.close_connection = True
            return
        status, headers, body = self.server.service.reply(seen)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if seen.path in self.server.service.cuts:
            self.close_connection = True
            body = body[: len(body) // 2]
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Tests read `seen`; nothing is printed."""
