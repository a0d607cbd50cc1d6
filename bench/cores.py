"""Which core does what: the gateway that is measured has one for itself, the load and the upstream have the other."""

import os
import shutil

GATEWAY, REST = 0, 1


def pinned(core: int, command: list[str]) -> list[str]:
    """Return the command that runs `command` on one core; as it is where there is no second core, or no taskset."""
    if (os.cpu_count() or 1) < 2 or shutil.which("taskset") is None:
        return command
    return ["taskset", "--cpu-list", str(core), *command]
