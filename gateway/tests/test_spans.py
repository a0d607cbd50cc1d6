"""Spans of the gateway's own, where somebody collects them: one a request, between its caller's and its service's."""

import re
from collections.abc import Iterator

import pytest

from gateway.tests.platform_under_test import Gateway, Start, running
from gateway.tests.scrape import when
from quartet.testing.collector import Collector, Span, collecting

TRACE, CALLER = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
KEPT = {"traceparent": f"00-{TRACE}-{CALLER}-01"}
NOT_KEPT = {"traceparent": f"00-{'1' * 32}-{CALLER}-00"}


@pytest.fixture(scope="module")
def collector() -> Iterator[Collector]:
    with collecting() as collector:
        yield collector


@pytest.fixture(scope="module")
def traced(tmp_path_factory: pytest.TempPathFactory, collector: Collector) -> Iterator[Gateway]:
    with running(tmp_path_factory.mktemp("gateway"), OTEL_EXPORTER_OTLP_ENDPOINT=collector.url) as gateway:
        yield gateway


def span_of(collector: Collector, trace: str) -> Span:
    (span,) = collector.trace(trace)
    return span


def trace_of(gateway: Gateway, path: str, token: str | None = None, **options: object) -> str:
    """Ask for a path; the trace that began with that."""
    answer = gateway.request(str(options.pop("method", "GET")), path, token, **options)
    return str(gateway.log(answer.headers["X-Request-ID"])["trace_id"])


def test_a_request_is_a_span_between_its_callers_and_its_services(traced: Gateway, collector: Collector) -> None:
    token = traced.auth.keys[0].token(sub="ada")
    answer = traced.get("/api/counters/visits?q=secret", token, headers=KEPT | {"tracestate": "a=1"})
    assert answer.status_code == 200
    seen = traced.services["counter"].seen[-1]
    sent_on = re.fullmatch(f"00-{TRACE}-([0-9a-f]{{16}})-01", seen.header("traceparent") or "")
    assert sent_on
    assert sent_on[1] != CALLER
    assert seen.header("tracestate") == "a=1"
    span = span_of(collector, TRACE)
    assert (span.span_id, span.parent_id) == (sent_on[1], CALLER)
    assert (span.name, span.kind, span.failed) == ("GET /api/counters/{name}", 2, False)
    assert 0 <= span.end - span.start < 10**10
    assert span.attributes == {
        "http.request.method": "GET",
        "http.route": "/api/counters/{name}",
        "http.response.status_code": 200,
        "url.scheme": "http",
        "enduser.id": "ada",
        "quartet.request_id": answer.headers["X-Request-ID"],
        "quartet.upstream": "counter",
        "quartet.auth": "ok",
    }
    assert (span.service, span.resource["service.namespace"]) == ("gateway", "quartet")
    line = traced.log(answer.headers["X-Request-ID"])
    assert (line["trace_id"], line["span_id"]) == (TRACE, span.span_id)


def test_a_trace_may_begin_at_the_gateway(traced: Gateway, collector: Collector) -> None:
    span = span_of(collector, trace_of(traced, "/api/ping"))
    assert span.parent_id == ""
    sent_on = traced.services["counter"].seen[-1].header("traceparent")
    assert sent_on == f"00-{span.trace_id}-{span.span_id}-01"


def test_an_error_has_its_status_and_only_that_of_a_server_failed(traced: Gateway, collector: Collector) -> None:
    refused = span_of(collector, trace_of(traced, "/api/count"))
    assert (refused.name, refused.failed) == ("GET /api/count", False)
    assert refused.attributes["http.response.status_code"] == 401
    assert refused.attributes["quartet.auth"] == "token_missing"
    traced.services["counter"].answers["/api/ping"] = (503, {}, b"")
    broken = span_of(collector, trace_of(traced, "/api/ping"))
    traced.services["counter"].answers.clear()
    assert (broken.attributes["http.response.status_code"], broken.failed) == (503, True)
    assert broken.attributes["error.type"] == "503"


def test_what_has_no_route_is_named_by_its_method_alone(traced: Gateway, collector: Collector) -> None:
    assert span_of(collector, trace_of(traced, "/hunter2?hunter2=hunter2")).name == "GET"
    assert span_of(collector, trace_of(traced, "/hunter2", method="HUNTER")).name == "HTTP"
    assert b"hunter2" not in b"".join(collector.bodies)


def test_health_is_no_span_nor_is_what_its_caller_does_not_keep(traced: Gateway, collector: Collector) -> None:
    quiet = [
        trace_of(traced, "/health"),
        trace_of(traced, "/health/live"),
        trace_of(traced, "/api/ping", headers=NOT_KEPT),
    ]
    sent_on = traced.services["counter"].seen[-1].header("traceparent")
    assert sent_on is not None
    assert re.fullmatch(f"00-{'1' * 32}-(?!{CALLER})[0-9a-f]{{16}}-00", sent_on)
    span_of(collector, trace_of(traced, "/api/ping"))
    assert {span.trace_id for span in collector.spans}.isdisjoint(quiet)


def test_of_traces_that_begin_here_a_share_is_kept(start: Start, collector: Collector) -> None:
    gateway = start(OTEL_EXPORTER_OTLP_ENDPOINT=collector.url + "/", OTEL_TRACES_SAMPLER_ARG="0")
    begun = trace_of(gateway, "/api/ping")
    sent_on = gateway.services["counter"].seen[-1].header("traceparent")
    assert sent_on is not None
    assert sent_on.endswith("-00")
    gateway.get("/api/ping", headers={"traceparent": f"00-{'2' * 32}-{CALLER}-01"})
    span_of(collector, "2" * 32)
    assert begun not in {span.trace_id for span in collector.spans}


def test_a_collector_that_is_away_harms_nothing_and_gets_what_comes_later(start: Start) -> None:
    with collecting() as gone:
        pass
    gateway = start(OTEL_EXPORTER_OTLP_ENDPOINT=gone.url)
    for _ in range(3):
        assert gateway.get("/api/ping").status_code == 200
    when(gateway, lambda found: found.sum("gateway_spans_total", outcome="dropped") == 3)
    with collecting(port=gone.port) as back:
        span_of(back, trace_of(gateway, "/api/ping"))
        when(gateway, lambda found: found.sum("gateway_spans_total", outcome="sent") == 1)
    assert "collector" not in (gateway.folder / "error.log").read_text()


@pytest.mark.parametrize("bad", ["https://collector:4318", "collector:4318", "http://a b", "http://c:4318/;"])
def test_a_collector_that_cannot_be_one_is_refused(start: Start, bad: str) -> None:
    with pytest.raises(AssertionError, match="OTEL_EXPORTER_OTLP_ENDPOINT"):
        start(OTEL_EXPORTER_OTLP_ENDPOINT=bad)
