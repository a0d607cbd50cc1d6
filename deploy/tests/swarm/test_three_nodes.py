"""A node of three is lost under load: the others go on, and what was on it is elsewhere soon."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from deploy.tests.swarm.load import Load
from deploy.tests.swarm.node import NEEDS_NODES, Node
from deploy.tests.swarm.nodes import Nodes, swarm
from deploy.tests.swarm.stack import Stack
from quartet.testing.waiting import eventually

pytestmark = [*NEEDS_NODES, pytest.mark.slow]


@pytest.fixture
def nodes() -> Iterator[Nodes]:
    with swarm(3) as nodes:
        yield nodes


@pytest.fixture
def stack(nodes: Nodes, tmp_path: Path) -> Stack:
    """A stack that ends with its nodes."""
    return Stack(tmp_path, nodes.all[0])


def test_a_node_is_lost_under_load_and_nothing_acknowledged_is(nodes: Nodes, stack: Stack) -> None:
    first, second, lost = nodes.all
    assert all(is_ready(node) for node in nodes.all)
    lost_id = lost.docker("info", "--format", "{{.Swarm.NodeID}}")
    assert placed(stack, lost_id) - {"gateway"}, "nothing to be moved"
    wanted = {service: len(stack.tasks(service)) for service in stack.services()}
    wanted["gateway"] = 2
    load = Load(first.url, second.url)

    with load.steady(may_fail=True):
        nodes.cut(lost)
        eventually(lambda: running(stack) == wanted and not placed(stack, lost_id), 300, "every replica elsewhere")
    # Where the lost replicas were until a moment ago, no gateway sends anything.
    with load.steady():
        nodes.join(lost)
        eventually(lambda: is_ready(lost), 300, "the gateway of the node that came back")


def is_ready(node: Node) -> bool:
    try:
        return requests.get(f"{node.url}/health/ready", timeout=5).ok
    except requests.RequestException:
        return False


def placed(stack: Stack, node: str) -> set[str]:
    """The services that shall have a replica on a node."""
    tasks = stack.docker("node", "ps", node, "--filter", "desired-state=running", "--format", "{{.Name}}")
    return {task.removeprefix(f"{stack.name}_").partition(".")[0] for task in tasks.split()}


def running(stack: Stack) -> dict[str, int]:
    """How many replicas of each service run and shall."""
    counts = {}
    for service in stack.services():
        states = stack.docker(
            "service",
            "ps",
            "--filter",
            "desired-state=running",
            "--format",
            "{{.CurrentState}}",
            f"{stack.name}_{service}",
        )
        counts[service] = sum(state.startswith("Running") for state in states.splitlines())
    return counts
