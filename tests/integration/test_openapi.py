"""What the services' documents say is what comes through the gateway: schemathesis with all its default checks."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from devtools.given import ROOT
from devtools.parts import SERVICES
from tests.integration.platform_choice import Platform, kind_of_platform

CONFIG = ROOT / "tests/integration/schemathesis.toml"
OWN = "^/(health|openapi|legacy/[^/]+/(health|status|swagger|apispec|web3m-admin))"
"""The paths that the gateway answers itself."""
# Compose runs the same code: there the services' routes are tried once more, not at every boundary and by random calls.
ON_COMPOSE = kind_of_platform() == "compose"
PHASES = ("--phases", "examples" if ON_COMPOSE else "examples,coverage,fuzzing,stateful")
PHASES_OF_THE_GATEWAY = ("--phases", "examples,coverage") if ON_COMPOSE else PHASES
# The same calls each time, so that more of them are worth their time only now and then.
EXAMPLES = ("--max-examples", "100") if os.environ.get("SLOW") else ()


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_answers_as_its_document_says(hasty_platform: Platform, service: str, tmp_path: Path) -> None:
    # Random calls delete users, and a new user must be at hand without waiting for a mail.
    check_document(hasty_platform, ROOT / f"services/{service}/openapi.json", tmp_path, *PHASES)


def test_the_gateway_answers_as_the_document_of_all_says(platform: Platform, tmp_path: Path) -> None:
    check_document(
        platform, ROOT / "gateway/www/openapi.json", tmp_path, *PHASES_OF_THE_GATEWAY, "--include-path-regex", OWN
    )


def test_sign_up_answers_so_too_where_a_mail_must_be_confirmed(platform: Platform, tmp_path: Path) -> None:
    document = ROOT / "services/auth/openapi.json"
    check_document(platform, document, tmp_path, *PHASES, "--include-path", "/api/auth/signup")


def check_document(platform: Platform, document: Path, folder: Path, *options: str) -> None:
    """Run schemathesis; AssertionError with its report where platform and document differ."""
    callers = {"GATEWAY_URL": platform.url, "ADMIN_PASSWORD": platform.admin_password, "PYTHONPATH": str(ROOT)}
    schemathesis = (sys.executable, "-m", "schemathesis.cli", "--config-file", CONFIG)
    result = subprocess.run(
        (*schemathesis, "run", document, "--url", platform.url, *EXAMPLES, *options),
        cwd=folder,
        env=os.environ | callers,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout
