"""What Elasticsearch answers to whoever sends it documents."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


class Elasticsearch(ThreadingHTTPServer):
    """Documents by id, as `create` makes them, and what else was put, by path."""

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.documents: dict[str, Any] = {}
        self.indices: set[str] = set()
        self.put: dict[str, Any] = {}

    def take(self, body: str) -> list[dict[str, Any]]:
        lines = [json.loads(line) for line in body.splitlines()]
        answers = []
        for action, document in zip(lines[::2], lines[1::2], strict=True):
            known = action["create"]["_id"] in self.documents
            self.indices.add(action["create"]["_index"])
            self.documents.setdefault(action["create"]["_id"], document)
            answers.append({"create": {"status": 409 if known else 201}})
        return answers


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Elasticsearch

    def _answer(self, status: int, document: object) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _body(self) -> str:
        return self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()

    def do_HEAD(self) -> None:
        self._answer(200, {})

    def do_GET(self) -> None:
        self._answer(200, {})

    def do_PUT(self) -> None:
        self.server.put[self.path] = json.loads(self._body())
        self._answer(200, {"acknowledged": True})

    def do_POST(self) -> None:
        self._answer(200, {"took": 1, "errors": False, "items": self.server.take(self._body())})

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def receiving(port: int = 0) -> Iterator[Elasticsearch]:
    with Elasticsearch(port) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()
