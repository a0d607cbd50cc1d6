"""Client spans: what is asked of a store, or of another service."""

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry.trace import Span, SpanKind, StatusCode, Tracer, get_current_span
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from quartet.tracing import Attributes

propagator = TraceContextTextMapPropagator()


@contextmanager
def span(tracer: Tracer, name: str, attributes: Attributes, *, begins: bool) -> Iterator[Span | None]:
    if not begins and not is_within_one():
        yield None
        return
    with tracer.start_as_current_span(
        name, kind=SpanKind.CLIENT, attributes=attributes, record_exception=False, set_status_on_exception=False
    ) as opened:
        try:
            yield opened
        except Exception as error:
            fail(opened, error)
            raise


def fail(opened: Span, error: BaseException) -> None:
    """Tell of an error by its kind alone: what it says may hold anything."""
    opened.set_attribute("error.type", type(error).__name__)
    opened.set_status(StatusCode.ERROR)


def is_within_one() -> bool:
    return get_current_span().get_span_context().is_valid


def headers() -> dict[str, str]:
    carrier: dict[str, str] = {}
    propagator.inject(carrier)
    return carrier
