"""The pure modules under Node, which runs them unchanged."""

import subprocess

import pytest

from gateway.tests.platform_under_test import GATEWAY


@pytest.mark.needs("node")
def test_the_pure_modules_pass_their_own_tests() -> None:
    modules = sorted((GATEWAY / "tests/js").glob("*.test.js"))
    result = subprocess.run(["node", "--test", *modules], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout
    assert "# fail 0" in result.stdout
