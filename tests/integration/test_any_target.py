"""The suite against a platform that it did not start: GATEWAY_URL is all that it is given."""

import os
import re
import subprocess
import sys
from collections import Counter

import pytest

from devtools.given import ROOT
from tests.integration.platform_choice import Platform, kind_of_platform

pytestmark = pytest.mark.skipif(kind_of_platform() != "embedded", reason="any platform will do, and one is enough")


def run_suite(url: str, *files: str) -> Counter[str]:
    """Run some of the suite's files against `url`; return how many tests ended how."""
    result = subprocess.run(
        (sys.executable, "-m", "pytest", "-q", *(f"tests/integration/{name}" for name in files)),
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if name not in ("CHECKS_REPORT", "PLATFORM")}
        | {"GATEWAY_URL": url, "REQUIRE": ""},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    summary = result.stdout.splitlines()[-1]
    return Counter({outcome: int(number) for number, outcome in re.findall(r"(\d+) (\w+)", summary)})


def test_a_url_is_enough_for_what_needs_only_a_url(platform: Platform) -> None:
    outcomes = run_suite(f"{platform.url}/", "test_story.py", "test_revocation.py", "test_outages.py", "test_smoke.py")
    assert outcomes["failed"] == outcomes["error"] == outcomes["errors"] == 0
    assert outcomes["passed"] >= 5
    assert outcomes["skipped"] >= 5


def test_a_url_where_nothing_answers_fails() -> None:
    outcomes = run_suite("http://127.0.0.1:9", "test_smoke.py")
    assert outcomes["passed"] == 0
    assert outcomes["failed"] + outcomes["error"] + outcomes["errors"] >= 1
