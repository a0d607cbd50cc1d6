"""Traces (OpenTelemetry), where OTEL_EXPORTER_OTLP_ENDPOINT says who collects them; elsewhere none of it is imported.

A span never holds what callers sent: no path, no query, no body, no value of a statement, no message of an exception.
"""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from flask import Flask

from quartet.settings import Settings

if TYPE_CHECKING:
    from opentelemetry.trace import Span, Tracer

Attributes = Mapping[str, str | int]

tracer_here: "ContextVar[Tracer | None]" = ContextVar("tracer_here", default=None)


def init_app(app: Flask, settings: Settings) -> None:
    """Make each request a span, the child of the caller's, and what the request asks of others its children."""
    if settings.otel_exporter_otlp_endpoint is not None:
        from quartet.tracing import answering

        _watch_the_database()
        answering.init_app(app, settings)


def init_worker(settings: Settings) -> None:
    """Let spans begin in this thread, which is a worker's; only `span(…, begins=True)` begins a trace."""
    if settings.otel_exporter_otlp_endpoint is not None:
        from quartet.tracing import provider

        _watch_the_database()
        tracer_here.set(provider.tracer(settings))


@contextmanager
def span(name: str, attributes: Attributes | None = None, *, begins: bool = False) -> "Iterator[Span | None]":
    """Yield a span that tells of one question to somebody else; None where nothing is traced.

    Outside of any span there is none either, unless this is where a trace `begins`.
    """
    tracer = tracer_here.get()
    if tracer is None:
        yield None
        return
    from quartet.tracing import asking

    with asking.span(tracer, name, attributes or {}, begins=begins) as opened:
        yield opened


def headers() -> dict[str, str]:
    """Return what tells another service of the present span."""
    if tracer_here.get() is None:
        return {}
    from quartet.tracing import asking

    return asking.headers()


def _watch_the_database() -> None:
    if "sqlalchemy" in sys.modules:  # a service without a database has none installed
        from quartet.tracing import statements

        statements.watch()
