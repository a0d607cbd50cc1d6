"""One platform on Compose for all drills: counter has a port of this machine, as in development. `make test-slow` has
the long variants."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from devtools.ports import free_block
from tests.integration.platform_choice import DEFAULTS, HASTY
from tests.integration.platform_compose import ComposePlatform

PORT = """
services:
  counter:
    ports: !override ["127.0.0.1:{port}:8000"]
"""


@pytest.fixture(scope="session")
def counter_port() -> int:
    return free_block()[-1]  # the first is the gateway's


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory, counter_port: int) -> Iterator[ComposePlatform]:
    folder: Path = tmp_path_factory.mktemp("drills")
    overlay = folder / "port.yaml"
    overlay.write_text(PORT.format(port=counter_port))
    platform = ComposePlatform(folder, DEFAULTS | HASTY | {"HEALTH_INTERVAL": "3s"}, str(overlay))
    yield platform
    platform.close()
