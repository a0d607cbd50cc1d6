"""The Dockerfiles, as a linter and as the one list of base images see them."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from devtools.given import ROOT

DOCKERFILES = ("services/Dockerfile", "gateway/Dockerfile", "devtools/Dockerfile")
NOT_IN_DEBIAN = {"grafana/grafana:12.2.0"}


@pytest.mark.parametrize("dockerfile", DOCKERFILES)
def test_a_linter_finds_nothing(dockerfile: str) -> None:
    hadolint = Path(sys.executable).parent / "hadolint"
    result = subprocess.run([hadolint, ROOT / dockerfile], capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout) == (0, "")


def test_every_base_image_has_a_stand_in() -> None:
    wanted = {
        image
        for file in (*DOCKERFILES, "compose/compose.yaml", "compose/compose.monitoring.yaml")
        for image in re.findall(r"^ARG BASE_\w+=(\S+)|\$\{BASE_\w+:-([^}]+)\}", (ROOT / file).read_text(), re.MULTILINE)
        for image in image
        if image
    }
    table = re.search(r"<<'TABLE'\n(.*?)TABLE", (ROOT / "deploy/offline/stand-ins.sh").read_text(), re.DOTALL)
    assert table
    assert {line.split()[1] for line in table[1].splitlines()} == wanted - NOT_IN_DEBIAN
