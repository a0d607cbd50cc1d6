"""Prometheus metrics, exact under several workers (PROMETHEUS_MULTIPROC_DIR)."""

import os
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Blueprint, Flask, Response, g, request
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector
from werkzeug.wsgi import ClosingIterator

from quartet.guard import public
from quartet.logs import PROBES, route_template
from quartet.settings import Settings
from quartet.version import version_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

REQUESTS = Counter("quartet_http_requests", "Requests answered.", ["method", "route", "status"])
DURATION = Histogram("quartet_http_request_duration_seconds", "Time to answer.", ["method", "route"])
IN_PROGRESS = Gauge(
    "quartet_http_requests_in_progress",
    "Requests that are being answered, probes and scrapes apart.",
    multiprocess_mode="livesum",
)
BUILD = Gauge(
    "quartet_build_info", "Which service this is, of which version.", ["service", "version"], multiprocess_mode="max"
)

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

blueprint = Blueprint("metrics", __name__)


@blueprint.get("/metrics")
@public
def metrics() -> Response:
    """All metrics in Prometheus' text format."""
    return Response(exposition(), content_type=CONTENT_TYPE_LATEST)


def exposition() -> bytes:
    """Return the metrics of all workers of this service."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest(REGISTRY)
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)


def init_app(app: Flask, settings: Settings) -> None:
    app.register_blueprint(blueprint)
    # As Flask says that middleware is put around an application; to mypy it is a method.
    app.wsgi_app = _counted_in_progress(app.wsgi_app)  # type: ignore[assignment,method-assign]
    BUILD.labels(settings.service, version_of(settings.service)).set(1)

    @app.after_request
    def observe(response: Response) -> Response:
        method = request.method if request.method in METHODS else "other"
        route = route_template()
        REQUESTS.labels(method, route, str(response.status_code)).inc()
        DURATION.labels(method, route).observe(time.perf_counter() - g.started)
        return response


def _counted_in_progress(answer: "WSGIApplication") -> "WSGIApplication":
    """Count a request from its start to the end of its answer, which of a stream is far behind the view's."""

    def application(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if environ["PATH_INFO"].startswith(PROBES):
            return answer(environ, start_response)
        IN_PROGRESS.inc()
        try:
            return ClosingIterator(answer(environ, start_response), IN_PROGRESS.dec)
        except BaseException:
            IN_PROGRESS.dec()
            raise

    return application
