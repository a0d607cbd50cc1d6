"""One stack on one node for all tests of this folder that want no more."""

from collections.abc import Iterator

import pytest

from deploy.tests.swarm.load import Load
from deploy.tests.swarm.nodes import swarm
from deploy.tests.swarm.stack import Stack


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with swarm(1) as nodes:
        stack = Stack(tmp_path_factory.mktemp("swarm"), nodes.all[0])
        yield stack
        stack.swarm("remove")


@pytest.fixture(scope="session")
def load(stack: Stack) -> Load:
    return Load(stack.url)
