"""The pure modules: one list of cases, run by Node, which is how others use them, and by every njs that we run on."""

import json
import subprocess
from collections.abc import Iterator

import pytest

from gateway.tests.bare_nginx import ENGINES, Bare
from gateway.tests.platform_under_test import GATEWAY

SUITES = sorted(path.stem for path in (GATEWAY / "tests/js/cases").glob("*.js"))


@pytest.mark.needs("node")
def test_the_cases_pass_in_node() -> None:
    tests = GATEWAY / "tests/js/cases.test.js"
    result = subprocess.run(["node", "--test", tests], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout
    assert "# fail 0" in result.stdout


@pytest.fixture(scope="module", params=ENGINES)
def nginx(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bare]:
    bare = Bare(tmp_path_factory.mktemp("nginx"), request.param)
    module = f"js_import cases from {GATEWAY}/tests/js/in_nginx.js;"
    with bare.serving(
        f"{module} location / {{ js_content cases.run; }} location = /names {{ js_content cases.names; }}"
    ):
        yield bare


def test_every_file_of_cases_is_run(nginx: Bare) -> None:
    assert sorted(json.loads(nginx.get("/names")[1])) == SUITES


@pytest.mark.parametrize("suite", SUITES)
def test_the_cases_pass_in_nginx(nginx: Bare, suite: str) -> None:
    status, body = nginx.get(f"/{suite}")
    assert status == 200, body
    outcome = json.loads(body)
    assert outcome["failed"] == []
    assert outcome["passed"] > 2
