"""Traces: a span for each request, under that of its caller."""

import json
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from quartet.testing import AuthServer, TokenMaker
from quartet.testing.collector import Collector
from shared.tests.traced import PARENT, SENT, SERVER, TRACE, request_of, traced


def test_a_request_is_a_span_under_that_of_its_caller(
    traced_client: FlaskClient, collector: Collector, tokens: TokenMaker
) -> None:
    answer = traced_client.get("/guarded?token=secret", headers=tokens.bearer(sub="ada") | SENT)
    assert answer.status_code == 200
    span = request_of(collector)
    assert (span.name, span.kind, span.parent_id, span.failed) == ("GET /guarded", SERVER, PARENT, False)
    assert span.start < span.end
    assert span.attributes == {
        "http.request.method": "GET",
        "http.route": "/guarded",
        "http.response.status_code": 200,
        "url.scheme": "http",
        "enduser.id": "ada",
        "quartet.request_id": answer.headers["X-Request-ID"],
    }
    assert span.resource["service.namespace"] == "quartet"
    assert span.service == "toy"
    assert span.resource["service.version"].count(".") == 2
    assert len(span.resource["service.instance.id"]) == 36


@pytest.mark.parametrize(
    ("path", "status", "failed"), [("/guarded", 401, False), ("/away", 503, True), ("/broken", 500, True)]
)
def test_an_error_has_its_status_and_only_that_of_a_server_failed(
    traced_client: FlaskClient, collector: Collector, path: str, status: int, failed: bool
) -> None:
    assert traced_client.get(path, headers=SENT).status_code == status
    span = request_of(collector)
    assert span.attributes["http.response.status_code"] == status
    assert span.failed == failed
    assert span.attributes.get("error.type") == (str(status) if failed else None)
    assert b"hunter2" not in b"".join(collector.bodies)


def test_a_span_never_holds_what_was_sent(traced_client: FlaskClient, collector: Collector, tokens: TokenMaker) -> None:
    traced_client.get("/secret-path?secret=query", headers=tokens.bearer(exp=0) | SENT)
    traced_client.open("/things/7", method="SECRETVERB", headers=SENT)
    spans = collector.trace(TRACE, whole=lambda spans: len(spans) == 2)
    assert [span.name for span in spans] == ["GET", "HTTP"]
    assert b"secret" not in b"".join(collector.bodies).lower()


def test_the_lines_of_a_request_have_the_ids_of_its_span(
    auth_server: AuthServer, tmp_path: Path, collector: Collector, capsys: pytest.CaptureFixture[str]
) -> None:
    traced(auth_server, tmp_path, collector.url).get("/things/7")
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    found = [line for line in lines if "request_id" in line]
    assert len(found) == 2
    (trace,) = {line["trace_id"] for line in found}
    assert {line["span_id"] for line in found} == {request_of(collector, trace).span_id}


def test_probes_and_the_feed_are_no_spans(traced_client: FlaskClient, collector: Collector) -> None:
    for path in ("/health/live", "/health/ready", "/metrics", "/internal/feed"):
        traced_client.get(path, headers=SENT)
    traced_client.get("/things/7", headers=SENT)
    assert request_of(collector).name == "GET /things/<id:thing_id>"


def test_a_trace_that_its_caller_does_not_keep_is_not_kept(traced_client: FlaskClient, collector: Collector) -> None:
    traced_client.get("/things/7", headers={"traceparent": f"00-{'1' * 32}-{PARENT}-00"})
    traced_client.get("/things/7", headers=SENT)
    assert request_of(collector).trace_id == TRACE
    assert len(collector.spans) == 1


def test_of_traces_that_begin_here_a_share_is_kept(
    auth_server: AuthServer, tmp_path: Path, collector: Collector
) -> None:
    client = traced(auth_server, tmp_path, collector.url, share=0.0)
    client.get("/things/7")
    client.get("/things/7", headers=SENT)
    assert request_of(collector).trace_id == TRACE
    assert len(collector.spans) == 1
