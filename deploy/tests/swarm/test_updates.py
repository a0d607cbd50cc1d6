"""Versions come and go under load, and nobody notices."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from deploy.tests.swarm.load import Load
from deploy.tests.swarm.node import NEEDS_NODES
from deploy.tests.swarm.stack import Stack
from tests.integration.platform_client import Api

pytestmark = NEEDS_NODES
OTHERS = ("auth", "catalog", "counter")


def test_one_service_alone_gets_another_version(stack: Stack, load: Load) -> None:
    before = {service: stack.tasks(service) for service in stack.services()}
    tag = stack.make_version("vectors")
    with load.steady():
        stack.deploy("vectors", tag)
    assert set(stack.tasks("vectors").values()) == {f"quartet/vectors:{tag}"}
    assert stack.tasks("vectors").keys().isdisjoint(before.pop("vectors"))
    assert {service: stack.tasks(service) for service in before} == before


@pytest.mark.slow  # of the others, test_rotation.py replaces auth and test_failing.py counter under load
def test_every_other_service_gets_another_version_and_no_request_fails(stack: Stack, load: Load) -> None:
    tags = {service: stack.make_version(service) for service in OTHERS}
    with load.steady(), ThreadPoolExecutor() as pool:
        list(pool.map(stack.swarm, tags.keys(), tags.values()))
    for part in ("auth", "auth-mailer", "auth-upkeep", "catalog", "catalog-follower", "counter"):
        service = part.partition("-")[0]
        assert set(stack.tasks(part).values()) == {f"quartet/{service}:{tags[service]}"}


def test_replicas_come_and_go_and_no_request_fails(stack: Stack, load: Load) -> None:
    with load.steady():
        stack.scale("counter", 3)
        assert len(stack.tasks("counter")) == 3
        stack.scale("counter", 2)
        assert len(stack.tasks("counter")) == 2


@pytest.mark.slow
def test_the_gateway_gets_another_version(stack: Stack) -> None:
    """Alone on its node it is away for a moment: its port is its successor's."""
    tag = stack.make_version("gateway")
    stack.swarm("gateway", tag)
    assert set(stack.tasks("gateway").values()) == {f"quartet/gateway:{tag}"}
    assert Api(stack.url).get("/health/ready").ok
