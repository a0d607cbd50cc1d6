"""What differs between builds of nginx and njs, once more on the nginx of the image, with each of its engines."""

import os
import subprocess
import sys

import pytest

from gateway.tests.bare_nginx import IMAGE
from gateway.tests.platform_under_test import GATEWAY

FILES = ("algorithms", "tokens", "keys", "revocation_holds", "errors", "paths", "processes", "health", "spans")
# What takes longest is tried with the image's other engine by make test-slow only.
QUICK = ("algorithms", "tokens", "paths", "processes", "health", "spans")
SAME_EVERYWHERE = "landing or mailbox or upstream"


@pytest.mark.containers
@pytest.mark.parametrize("engine", ["njs", "qjs"])
def test_the_gateway_works_on_the_image(engine: str) -> None:
    names = FILES if engine == "njs" or os.environ.get("SLOW") else QUICK
    files = [str(GATEWAY / "tests" / f"test_{name}.py") for name in names]
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "loadfile", "-p", "no:cacheprovider"]
    command += ["-m", "not containers", "-k", f"not ({SAME_EVERYWHERE})", *files]
    chosen = {"GATEWAY_IMAGE": IMAGE, "NJS_ENGINE": engine}
    environment = {name: value for name, value in os.environ.items() if name != "CHECKS_REPORT"} | chosen
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout[-8000:]
