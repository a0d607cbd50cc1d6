"""What checkov says of the manifests, but for the skips in checkov-skips.txt; it has an environment of its own."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from devtools.given import ROOT
from k8s.tests.rendering import CHOICES, Tree

OPTIONS = ("--framework", "kubernetes", "--output", "json", "--compact", "--quiet", "--skip-download")
SKIPS = dict(
    line.split(" ", 1)
    for line in (ROOT / "k8s/tests/checkov-skips.txt").read_text().splitlines()
    if not line.startswith("#")
)
# The users of the public images of MySQL and Redis own their data folders.
LOW_USERS = ("CKV_K8S_40", {"StatefulSet.quartet.mysql", "StatefulSet.quartet.redis"})


@pytest.fixture(scope="module")
def report(tree: Tree, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    made = subprocess.run(["make", "checkov"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    folder: Path = tmp_path_factory.mktemp("rendered")
    for name, objects in (("dev", tree.dev()), ("production", tree.combine(CHOICES[1]))):
        (folder / f"{name}.yaml").write_text(yaml.safe_dump_all(objects))
    result = subprocess.run(
        [ROOT / ".venv-checkov/bin/checkov", "--directory", folder, *OPTIONS],
        capture_output=True,
        text=True,
        check=False,
    )
    return dict(json.loads(result.stdout))


def test_checkov_finds_nothing_that_has_no_reason(report: dict[str, Any]) -> None:
    assert report["summary"]["passed"] > 1000
    assert report["summary"]["parsing_errors"] == 0
    found = {(each["check_id"], each["resource"]) for each in report["results"]["failed_checks"]}
    check, resources = LOW_USERS
    unexplained = {each for each in found if each[0] not in SKIPS} - {(check, resource) for resource in resources}
    assert not unexplained


def test_no_check_is_skipped_that_would_find_nothing(report: dict[str, Any]) -> None:
    found = {each["check_id"] for each in report["results"]["failed_checks"]}
    assert found >= SKIPS.keys() | {LOW_USERS[0]}
    assert all(re.fullmatch("CKV[0-9A-Z_]+", check) and len(reason) > 40 for check, reason in SKIPS.items())
