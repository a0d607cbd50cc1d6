"""What cannot be deployed is not, and what ran goes on."""

import pytest

from deploy.tests.swarm.load import Load
from deploy.tests.swarm.node import NEEDS_NODES
from deploy.tests.swarm.stack import Stack

pytestmark = NEEDS_NODES


def test_a_version_whose_health_never_comes_is_taken_back(stack: Stack, load: Load) -> None:
    before = stack.tasks("counter")
    bad = stack.make_version("counter", 'ENTRYPOINT ["sleep", "10"]')
    with load.steady():
        said = stack.swarm("counter", bad, exit_code=1)
    assert "counter did not come up as asked" in said
    assert set(stack.tasks("counter").values()) == set(before.values())
    assert stack.tasks("counter").keys() & before.keys()


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["basket", "1"], "there is no service basket"),
        (["counter"], "which version of counter"),
        (["counter", "no-such-version"], "is neither here nor in a registry"),
        (["rotate", "no_such_secret"], "there is no"),
    ],
)
def test_what_there_is_not_is_refused(stack: Stack, arguments: list[str], reason: str) -> None:
    assert reason in stack.swarm(*arguments, exit_code=64)
