"""What the services' documents say is what comes through the gateway: schemathesis with all its default checks."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.platform_choice import Platform, launch_platform

ROOT = Path(__file__).resolve().parents[2]
CONFIG = ROOT / "tests/integration/schemathesis.toml"
SERVICES = ("auth", "catalog", "counter", "vectors")


@pytest.fixture(scope="module")
def own_platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """A platform of its own: random calls delete users, and a new user must be at hand without waiting for a mail."""
    platform = launch_platform(tmp_path_factory.mktemp("platform"), {"EMAIL_CONFIRMATION": "off"})
    yield platform
    platform.close()


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_answers_as_its_document_says(own_platform: Platform, service: str, tmp_path: Path) -> None:
    document = ROOT / f"services/{service}/openapi.json"
    callers = {"GATEWAY_URL": own_platform.url, "ADMIN_PASSWORD": own_platform.admin_password, "PYTHONPATH": str(ROOT)}
    result = subprocess.run(
        (sys.executable, "-m", "schemathesis.cli", "--config-file", CONFIG, "run", document, "--url", own_platform.url),
        cwd=tmp_path,
        env=os.environ | callers,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout
