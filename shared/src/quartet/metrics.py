"""Prometheus metrics, exact under several workers (PROMETHEUS_MULTIPROC_DIR)."""

import os
import time

from flask import Blueprint, Flask, Response, g, request
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from quartet.guard import public
from quartet.logs import route_template

REQUESTS = Counter("quartet_http_requests", "Requests answered.", ["method", "route", "status"])
DURATION = Histogram("quartet_http_request_duration_seconds", "Time to answer.", ["method", "route"])

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


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)

    @app.after_request
    def observe(response: Response) -> Response:
        method = request.method if request.method in METHODS else "other"
        route = route_template()
        REQUESTS.labels(method, route, str(response.status_code)).inc()
        DURATION.labels(method, route).observe(time.perf_counter() - g.started)
        return response
