"""Server spans: one for each request, but for those of whoever looks again and again whether there is anything."""

from flask import Flask, Response, g, request
from opentelemetry import context
from opentelemetry.trace import Span, SpanKind, StatusCode, format_span_id, format_trace_id, set_span_in_context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from quartet import logs
from quartet.settings import Settings
from quartet.tracing import provider, tracer_here

UNTRACED = (*logs.PROBES, "/internal/feed")
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

propagator = TraceContextTextMapPropagator()


def init_app(app: Flask, settings: Settings) -> None:
    @app.before_request
    def begin() -> None:
        if request.path.startswith(UNTRACED):
            return
        tracer = provider.tracer(settings)
        method = request.method if request.method in METHODS else "HTTP"
        sent = {name: request.headers[name] for name in ("traceparent", "tracestate") if name in request.headers}
        span = tracer.start_span(
            f"{method} {request.url_rule.rule}" if request.url_rule else method,
            context=propagator.extract(sent),
            kind=SpanKind.SERVER,
            attributes=_asked(method),
        )
        here = span.get_span_context()
        g.trace_id, g.span_id = format_trace_id(here.trace_id), format_span_id(here.span_id)
        g.tracing = span, context.attach(set_span_in_context(span)), tracer_here.set(tracer)

    @app.after_request
    def answered(response: Response) -> Response:
        if "tracing" in g:
            _tell(g.tracing[0], response.status_code)
        return response

    @app.teardown_request
    def end(error: BaseException | None) -> None:
        if "tracing" in g:
            span, outer, no_tracer = g.pop("tracing")
            if error is not None:
                _tell(span, 500)
            span.end()
            context.detach(outer)
            tracer_here.reset(no_tracer)


def _asked(method: str) -> dict[str, str]:
    asked = {
        "http.request.method": "_OTHER" if method == "HTTP" else method,
        "url.scheme": request.scheme,
        "quartet.request_id": logs.request_id(),
    }
    return asked | ({"http.route": request.url_rule.rule} if request.url_rule else {})


def _tell(span: Span, status: int) -> None:
    span.set_attribute("http.response.status_code", status)
    if "user_id" in g:
        span.set_attribute("enduser.id", g.user_id)
    if status >= 500:
        span.set_attribute("error.type", str(status))
        span.set_status(StatusCode.ERROR)
