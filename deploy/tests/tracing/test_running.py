"""Traces in containers: all parts reach the collector, and one trace leads from the client to MySQL or Redis."""

import base64
from collections.abc import Iterator

import pytest

from quartet.testing.collector import Received, Span
from quartet.testing.waiting import eventually
from tests.integration.platform_choice import DEFAULTS
from tests.integration.platform_client import Api, sign_up
from tests.integration.platform_compose import ComposePlatform
from tests.integration.traced_caller import Caller

pytestmark = pytest.mark.containers

SERVER, CLIENT = 2, 3
OVERLAYS = ("compose.tracing.yaml", "../deploy/tests/tracing/receiver.yaml")
SETTINGS = DEFAULTS | {"TRACES_ENDPOINT": "http://nobody:4318", "OTEL_BSP_SCHEDULE_DELAY": "200"}


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ComposePlatform]:
    platform = ComposePlatform(tmp_path_factory.mktemp("traced"), SETTINGS, *OVERLAYS)
    yield platform
    platform.close()


def received(platform: ComposePlatform) -> list[Span]:
    """What the receiver has written down so far."""
    found = Received()
    lines = platform.container("collector").logs(stderr=False).decode().splitlines()
    for kind, body in (line.split() for line in lines):
        found.take(kind, base64.b64decode(body))
    return found.spans


def spans(platform: ComposePlatform, trace_id: str, service: str, parent_id: str, kind: int) -> list[Span]:
    """The spans of one kind that a service started for that parent."""
    wanted = trace_id, service, parent_id, kind
    return [each for each in received(platform) if (each.trace_id, each.service, each.parent_id, each.kind) == wanted]


def server_span(platform: ComposePlatform, trace_id: str, service: str, parent_id: str) -> Span:
    """The span of a service's answer to that parent; it may take some seconds to arrive."""
    (found,) = eventually(lambda: spans(platform, trace_id, service, parent_id, SERVER), 60)
    return found


def test_one_trace_leads_from_the_client_to_the_store(platform: ComposePlatform) -> None:
    api = Api(platform.url)
    user = sign_up(api)
    caller = Caller(api)
    credentials = {"username": user["username"], "password": user["password"]}
    asked = {
        "auth": (caller.ask("POST", "/api/auth/login", 200, body=credentials), "mysql"),
        "catalog": (caller.ask("POST", "/api/products", 201, user, {"name": "Lamp", "price": 5}), "mysql"),
        "counter": (caller.ask("GET", "/api/count", 200, user), "redis"),
    }
    api.session.close()

    for service, (trace_id, store) in asked.items():
        gateway = server_span(platform, trace_id, "gateway", caller.span_id)
        answering = server_span(platform, trace_id, service, gateway.span_id)
        questions = spans(platform, trace_id, service, answering.span_id, CLIENT)
        assert store in {span.attributes.get("db.system.name") for span in questions}
        assert {span.attributes.get("server.address") for span in questions} >= {store}


def test_workers_reach_the_collector_too(platform: ComposePlatform) -> None:
    def mailed() -> bool:
        return any((span.name, span.service) == ("SES/SendRawEmail", "auth") for span in received(platform))

    eventually(mailed, 60)
