"""Traces: what a request asks of others is a span of its own, without what it says."""

import pytest
from flask.testing import FlaskClient

from quartet import tracing
from quartet.testing import AuthServer
from quartet.testing.collector import Collector
from shared.tests.traced import CLIENT, SENT, SERVER, TRACE


def test_statements_are_spans_without_their_values(traced_client: FlaskClient, collector: Collector) -> None:
    assert traced_client.get("/stored", headers=SENT).status_code == 500
    spans = collector.trace(TRACE, whole=lambda spans: any(span.kind == SERVER for span in spans))
    (server,) = [span for span in spans if span.kind == SERVER]
    statements = [span for span in spans if span.kind == CLIENT]
    assert {span.parent_id for span in statements} == {server.span_id}
    assert [span.name for span in statements] == ["BEGIN", "CREATE", "INSERT words", "BEGIN", "SELECT words"]
    insert = next(span for span in statements if span.name == "INSERT words")
    assert insert.attributes == {
        "db.system.name": "sqlite",
        "db.operation.name": "INSERT",
        "db.query.summary": "INSERT words",
        "db.query.text": "INSERT INTO words VALUES (?)",
    }
    assert b"hunter2" not in b"".join(collector.bodies)
    broken = statements[-1]
    assert broken.failed
    assert broken.attributes["error.type"] == "OperationalError"


def test_another_service_is_asked_under_a_span_of_its_own(
    traced_client: FlaskClient, collector: Collector, auth_server: AuthServer
) -> None:
    assert traced_client.get("/asking", headers=SENT).get_json() == {"status": 200}
    asked, server = sorted(collector.trace(TRACE, whole=lambda spans: len(spans) == 2), key=lambda span: -span.kind)
    assert asked.name == "GET"
    assert asked.parent_id == server.span_id
    assert asked.attributes["url.full"] == f"{auth_server.url}/.well-known/jwks.json"
    assert asked.attributes["http.response.status_code"] == 200


@pytest.mark.usefixtures("traced_client")
def test_outside_of_a_request_nothing_is_a_span() -> None:
    with tracing.span("anything") as span:
        assert span is None
    assert tracing.headers() == {}
