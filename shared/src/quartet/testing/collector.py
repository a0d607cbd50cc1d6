"""A small OpenTelemetry collector: takes spans over HTTP, as protobuf and as JSON, and remembers them."""

import gzip
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from quartet.testing.waiting import eventually


@dataclass(frozen=True)
class Span:
    """One span, with the attributes of its resource."""

    trace_id: str
    span_id: str
    parent_id: str
    name: str
    kind: int
    start: int
    end: int
    failed: bool
    attributes: dict[str, Any]
    resource: dict[str, Any]

    @property
    def service(self) -> str:
        return str(self.resource["service.name"])


class Received:
    """Spans as they came, oldest first."""

    def __init__(self) -> None:
        self.spans: list[Span] = []
        self.bodies: list[bytes] = []

    def trace(self, trace_id: str, *, whole: Callable[[list[Span]], bool] = bool) -> list[Span]:
        """The spans of one trace, as soon as they are `whole`, by their beginning."""

        def look() -> list[Span] | None:
            found = [span for span in list(self.spans) if span.trace_id == trace_id]
            return sorted(found, key=lambda span: span.start) if whole(found) else None

        found: list[Span] = eventually(look, 30)
        return found

    def take(self, kind: str, body: bytes) -> None:
        self.bodies.append(body)
        self.spans += list(_of_json(json.loads(body)) if kind == "application/json" else _of_protobuf(body))


class Collector(Received):
    """What is listening for them."""

    def __init__(self, address: str, port: int) -> None:
        super().__init__()
        self.status = 200
        self._server = _Server((address, port), self)
        self.port: int = self._server.server_address[1]
        self.url = f"http://{address}:{self.port}"

    def run(self) -> None:
        self._server.serve_forever(poll_interval=0.02)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def collecting(address: str = "127.0.0.1", port: int = 0) -> Iterator[Collector]:
    collector = Collector(address, port)
    thread = Thread(target=collector.run, daemon=True)
    thread.start()
    yield collector
    collector.close()
    thread.join()


def _of_json(document: Any) -> Iterator[Span]:
    for part in document["resourceSpans"]:
        resource = _values(part["resource"]["attributes"])
        for span in (span for scope in part["scopeSpans"] for span in scope["spans"]):
            yield Span(
                span["traceId"],
                span["spanId"],
                span.get("parentSpanId", ""),
                span["name"],
                span["kind"],
                int(span["startTimeUnixNano"]),
                int(span["endTimeUnixNano"]),
                span.get("status", {}).get("code") == 2,
                _values(span["attributes"]),
                resource,
            )


def _values(attributes: Any) -> dict[str, Any]:
    found = {}
    for attribute in attributes:
        ((kind, value),) = attribute["value"].items()
        found[attribute["key"]] = int(value) if kind == "intValue" else value
    assert len(found) == len(attributes), "an attribute comes twice"
    return found


def _of_protobuf(body: bytes) -> Iterator[Span]:
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

    def values(attributes: Any) -> dict[str, Any]:
        return {each.key: getattr(each.value, each.value.WhichOneof("value")) for each in attributes}

    for part in ExportTraceServiceRequest.FromString(body).resource_spans:
        resource = values(part.resource.attributes)
        for span in (span for scope in part.scope_spans for span in scope.spans):
            yield Span(
                span.trace_id.hex(),
                span.span_id.hex(),
                span.parent_span_id.hex(),
                span.name,
                span.kind,
                span.start_time_unix_nano,
                span.end_time_unix_nano,
                span.status.code == 2,
                values(span.attributes),
                resource,
            )


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], collector: Collector) -> None:
        self.collector = collector
        super().__init__(address, _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever broke off a connection is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        collector = self.server.collector
        status = collector.status if self.path == "/v1/traces" else 404
        if status == 200:
            collector.take(self.headers["Content-Type"], body)
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Tests read `spans`; nothing is printed."""
