"""The way of spans out of a process: a bounded queue, and a thread that sends what is in it, away from all requests."""

import atexit
import logging
import os
import threading
import time
import uuid
from collections.abc import Sequence

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace import Tracer
from prometheus_client import Counter

from quartet.settings import Settings
from quartet.version import version_of

TIMEOUT = 3.0
"""Seconds that sending a batch may take, and what is left at the end of the process altogether."""
COMPLAINTS_EVERY = 300.0

SPANS = Counter("quartet_spans", "Spans that were to be sent to the collector.", ["outcome"])

log = logging.getLogger(__name__)

_lock = threading.Lock()
_tracers: dict[tuple[object, ...], Tracer] = {}


def _unlock_after_fork() -> None:
    """A thread of the parent may hold the lock at the fork; in the child nobody would let it go."""
    global _lock
    _lock = threading.Lock()


os.register_at_fork(after_in_child=_unlock_after_fork)


def tracer(settings: Settings) -> Tracer:
    """Return this process's tracer, made when it is first asked for: threads do not survive a fork."""
    endpoint, share = settings.otel_exporter_otlp_endpoint, settings.otel_traces_sampler_arg
    key = (os.getpid(), settings.service, endpoint, share)
    found = _tracers.get(key)
    if found is None:
        with _lock:
            found = _tracers.get(key) or _tracers.setdefault(key, _make(settings.service, f"{endpoint}", share))
    return found


def _make(service: str, endpoint: str, share: float) -> Tracer:
    # It tells of each failure and of each span that finds the queue full; the exporter below says it once.
    logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)
    exporter = Exporter(OTLPSpanExporter(f"{endpoint}/v1/traces", timeout=TIMEOUT))
    resource = Resource.create(
        {
            "service.namespace": "quartet",
            "service.name": service,
            "service.version": version_of(service),
            "service.instance.id": str(uuid.uuid4()),
        }
    )
    provider = TracerProvider(sampler=ParentBased(TraceIdRatioBased(share)), resource=resource, shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(exporter))

    def end() -> None:
        exporter.give_up_at = time.monotonic() + TIMEOUT
        provider.shutdown()

    atexit.register(end)
    return provider.get_tracer("quartet")


class Exporter(SpanExporter):
    """Sends spans, counts them, and says now and then when it cannot."""

    def __init__(self, inner: SpanExporter) -> None:
        self._inner = inner
        self._complain_at = 0.0
        self.give_up_at = float("inf")

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        result = SpanExportResult.FAILURE
        if time.monotonic() < self.give_up_at:
            result = self._inner.export(spans)
        sent = result is SpanExportResult.SUCCESS
        SPANS.labels("sent" if sent else "lost").inc(len(spans))
        if not sent and time.monotonic() >= self._complain_at:
            self._complain_at = time.monotonic() + COMPLAINTS_EVERY
            log.warning("spans could not be sent to the collector", extra={"spans": len(spans)})
        return result

    def shutdown(self) -> None:
        self._inner.shutdown()
