"""One trace spans gateway and service, down to the stores, and is there when a service has been told to stop."""

from collections.abc import Callable, Iterator

import pytest

from quartet.testing.collector import Collector, Span, collecting
from tests.integration.platform_choice import Platform, kind_of_platform
from tests.integration.platform_client import Api, sign_up
from tests.integration.traced_caller import Caller

pytestmark = pytest.mark.skipif(kind_of_platform() != "embedded", reason="see deploy/tests/tracing")

SERVER, CLIENT = 2, 3
ROWS = ("auth", "catalog", "counter")


class Traces:
    """What was asked of a platform that then stopped, and what a collector was told of it."""

    def __init__(self, platform: Platform, collector: Collector) -> None:
        self.platform = platform
        self.collector = collector
        api = Api(platform.url)
        user = sign_up(api)
        caller = Caller(api)
        self.caller_id = caller.span_id
        credentials = {"username": user["username"], "password": user["password"]}
        self.login = caller.ask("POST", "/api/auth/login", 200, body=credentials)
        self.refused = caller.ask("POST", "/api/auth/login", 401, body=credentials | {"password": "hunter2"})
        self.write = caller.ask("POST", "/api/products", 201, user, {"name": "Lamp", "price": 5})
        self.count = caller.ask("GET", "/api/count", 200, user)
        self.absent = caller.ask("GET", "/api/products/999999", 404)
        self.health = caller.ask("GET", "/health", 200)
        for part in (*ROWS, "auth-mailer"):
            platform.stop(part)
        self.broken = caller.ask("GET", "/api/ping", 502)
        api.session.close()

    def spans(self, trace_id: str, service: str, kind: int) -> list[Span]:
        """Spans of one kind, of one trace and service; some must have come."""

        def has_come(found: list[Span]) -> bool:
            return any((span.service, span.kind) == (service, kind) for span in found)

        found = self.collector.trace(trace_id, whole=has_come)
        return [span for span in found if (span.service, span.kind) == (service, kind)]

    def request(self, trace_id: str, service: str) -> Span:
        (span,) = self.spans(trace_id, service, SERVER)
        return span


@pytest.fixture(scope="module")
def traces(launch_for_module: Callable[..., Platform]) -> Iterator[Traces]:
    with collecting() as collector:
        # What a service has not sent when it is told to stop, it sends then: before that, it would wait for an hour.
        settings = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url, "OTEL_BSP_SCHEDULE_DELAY": "3600000"}
        yield Traces(launch_for_module(**settings), collector)


@pytest.mark.parametrize(
    ("asked", "service", "name", "stored"),
    [
        ("login", "auth", "POST /api/auth/login", "sqlite"),
        ("write", "catalog", "POST /api/products", "sqlite"),
        ("count", "counter", "GET /api/count", "redis"),
    ],
)
def test_one_trace_leads_from_the_client_to_the_store(
    traces: Traces, asked: str, service: str, name: str, stored: str
) -> None:
    trace_id = getattr(traces, asked)
    gateway, answering = traces.request(trace_id, "gateway"), traces.request(trace_id, service)
    assert (gateway.parent_id, answering.parent_id) == (traces.caller_id, gateway.span_id)
    assert (gateway.name, answering.name) == (name, name)
    assert not gateway.failed
    assert not answering.failed
    questions = traces.spans(trace_id, service, CLIENT)
    stores = [span for span in questions if span.attributes.get("db.system.name") == stored]
    assert stores
    assert {span.parent_id for span in questions} == {answering.span_id}
    assert all(answering.start <= span.start <= span.end <= answering.end for span in questions)


def test_the_log_lines_of_a_request_have_the_ids_of_its_spans(traces: Traces) -> None:
    for part in ("gateway", "catalog"):
        (line,) = (
            line
            for line in traces.platform.logs(part)
            if line.get("trace_id") == traces.write and ("upstream" in line or line["logger"] == "quartet.access")
        )
        assert line["span_id"] == traces.request(traces.write, part).span_id


def test_what_a_client_did_wrong_is_no_failure(traces: Traces) -> None:
    for trace_id, service, status in ((traces.refused, "auth", 401), (traces.absent, "catalog", 404)):
        for span in (traces.request(trace_id, "gateway"), traces.request(trace_id, service)):
            assert span.attributes["http.response.status_code"] == status
            assert not span.failed


def test_a_service_that_is_away_is_one(traces: Traces) -> None:
    span = traces.request(traces.broken, "gateway")
    assert span.failed
    assert span.attributes["http.response.status_code"] == 502


def test_a_mail_is_a_trace_of_its_own(traces: Traces) -> None:
    (span, *_) = (span for span in traces.collector.spans if span.name == "SES/SendRawEmail")
    assert (span.service, span.parent_id, span.kind, span.failed) == ("auth", "", CLIENT, False)


def test_health_is_not_traced_and_no_secret_is_in_any_span(traces: Traces) -> None:
    assert traces.health not in {span.trace_id for span in traces.collector.spans}
    everything = b"".join(traces.collector.bodies)
    assert b"hunter2" not in everything
    assert b"people.example" not in everything
