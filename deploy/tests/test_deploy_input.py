"""What `make deploy` refuses before it touches anything: exit 64, and one line that says what is wrong."""

import os
import subprocess
from pathlib import Path

import pytest

from devtools.given import ROOT


def deploy(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = ["sh", str(ROOT / "deploy/deploy.sh"), *arguments]
    return subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ((), "which SERVICE?"),
        (("mailer", "1.0"), "not 'mailer'"),
        (("catalog",), "which version?"),
        (("catalog", ""), "which version?"),
        (("catalog", "-1"), "cannot be the tag of an image: '-1'"),
        (("catalog", "1.0;reboot"), "cannot be the tag of an image"),
        (("catalog", "1" * 129), "cannot be the tag of an image"),
        (("catalog", "1.0", "nomad"), "not 'nomad'"),
        (("catalog", "1.0", "compose", "swarm"), "too much"),
    ],
)
def test_what_cannot_be_deployed_is_refused_in_one_line(arguments: tuple[str, ...], complaint: str) -> None:
    result = deploy(*arguments)
    assert (result.returncode, result.stdout) == (64, "")
    assert result.stderr.startswith("deploy: ")
    assert complaint in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("on", ["compose", "swarm"])
def test_without_a_docker_daemon_nothing_is_deployed(tmp_path: Path, on: str) -> None:
    result = deploy("catalog", "1.0", on, DOCKER_HOST=f"unix://{tmp_path}/none.sock")
    assert (result.returncode, result.stderr) == (64, "deploy: no Docker daemon answers\n")


def test_an_image_that_is_nowhere_is_not_deployed(tmp_path: Path) -> None:
    docker = tmp_path / "docker"
    docker.write_text('#!/bin/sh\n[ "$1" = info ]\n')
    docker.chmod(0o755)
    result = deploy("catalog", "1.0", PATH=f"{tmp_path}:{os.environ['PATH']}", REGISTRY="registry.example/shop")
    assert result.returncode == 64
    assert "the image registry.example/shop/catalog:1.0 is neither here" in result.stderr


def test_help_tells_how_to_call_it() -> None:
    result = deploy("--help")
    assert (result.returncode, result.stderr) == (0, "")
    assert "SERVICE TAG [compose|swarm|k8s]" in result.stdout
