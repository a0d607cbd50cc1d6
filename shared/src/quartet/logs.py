"""JSON log lines on stdout, one for each request, tied together by the request id."""

import logging
import re
import sys
import time
import uuid

from flask import Flask, Response, g, has_request_context, request
from pythonjsonlogger.json import JsonFormatter

from quartet.settings import Settings

HEADER = "X-Request-ID"
WELL_FORMED = re.compile(r"[A-Za-z0-9_-]{8,64}", re.ASCII)
TRACEPARENT = re.compile(r"00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}", re.ASCII)
PROBES = ("/health/", "/metrics")

access_log = logging.getLogger("quartet.access")


def request_id() -> str:
    """Return the id of the present request: the caller's if it is well-formed, else one made here; "" outside."""
    if not has_request_context():
        return ""
    if "request_id" not in g:
        sent = request.headers.get(HEADER, "")
        g.request_id = sent if WELL_FORMED.fullmatch(sent) else uuid.uuid4().hex
    return str(g.request_id)


def trace_id() -> str | None:
    """Return the trace of the present request (W3C Trace Context); behind the gateway there always is one."""
    if "trace_id" in g:
        return str(g.trace_id)
    found = TRACEPARENT.fullmatch(request.headers.get("traceparent", ""))
    return found[1] if found else None


def configure(service: str, level: str) -> None:
    """Send every record of this process to stdout as one JSON object a line."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        JsonFormatter(
            ["levelname", "name", "message"],
            rename_fields={"levelname": "level", "name": "logger"},
            static_fields={"service": service},
            timestamp="time",
        )
    )
    handler.addFilter(_add_ids)
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # These tell of every request and every HTTP call; the access line below says it once.
    for name in ("werkzeug", "botocore", "urllib3", "alembic.runtime.plugins"):
        logging.getLogger(name).setLevel(logging.WARNING)


def init_app(app: Flask, settings: Settings) -> None:
    configure(settings.service, settings.log_level)

    @app.before_request
    def start() -> None:
        g.started = time.perf_counter()

    @app.after_request
    def finish(response: Response) -> Response:
        response.headers[HEADER] = request_id()
        probe = request.path.startswith(PROBES)
        access_log.log(
            logging.DEBUG if probe else logging.INFO,
            "request",
            extra={
                "method": request.method,
                "route": route_template(),
                "status": response.status_code,
                "ms": round((time.perf_counter() - g.started) * 1000, 2),
                "user_id": g.get("user_id"),
            },
        )
        return response


def route_template() -> str:
    """Return the route as it was declared, never the path that was sent: it may hold secrets, and has no end."""
    return request.url_rule.rule if request.url_rule else "unmatched"


def _add_ids(record: logging.LogRecord) -> bool:
    if has_request_context():
        record.request_id = request_id()
        record.trace_id = trace_id()
        if "span_id" in g:
            record.span_id = g.span_id
    return True
