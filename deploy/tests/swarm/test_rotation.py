"""Secrets are changed under load."""

import json

from deploy.tests.swarm.load import Load
from deploy.tests.swarm.node import NEEDS_NODES
from deploy.tests.swarm.stack import Stack
from devtools.secret_files import new_secret

pytestmark = NEEDS_NODES


def test_secret_keys_change_and_no_request_fails(stack: Stack, load: Load) -> None:
    file = stack.secrets / "auth_secret_keys"
    before = stack.secret_names("auth")
    file.write_text(json.dumps([*json.loads(file.read_text()), new_secret()]) + "\n")
    with load.steady():
        stack.swarm("rotate", "auth_secret_keys")
    after = stack.secret_names("auth")
    assert len(before - after) == len(after - before) == 1
    (old,), (new,) = before - after, after - before
    for part in ("auth-mailer", "auth-upkeep", "auth-migrate"):
        assert new in stack.secret_names(part)
        assert old not in stack.secret_names(part)
    assert f"{stack.name}_{old}" not in stack.docker("secret", "ls", "--format", "{{.Name}}").split()
