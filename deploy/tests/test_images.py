"""The images, as whoever runs them finds them."""

import json
import re
import subprocess
from typing import Any

import pytest

from devtools.given import ROOT
from devtools.parts import IMAGES, SERVICES
from quartet.testing.waiting import eventually
from tests.integration.images import build_images

pytestmark = pytest.mark.containers


@pytest.fixture(scope="module", autouse=True)
def built() -> None:
    build_images()


def docker(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["docker", *arguments], capture_output=True, text=True, check=False)


def settings(image: str) -> dict[str, Any]:
    return dict(json.loads(docker("image", "inspect", f"quartet/{image}:dev").stdout)[0]["Config"])


@pytest.mark.parametrize("image", IMAGES)
def test_an_image_runs_as_a_numbered_user_without_rights(image: str) -> None:
    assert settings(image)["User"] == "10001:10001"


@pytest.mark.parametrize("image", IMAGES)
def test_an_image_can_tell_its_health(image: str) -> None:
    assert settings(image)["Healthcheck"]["Test"][0] == "CMD"


@pytest.mark.parametrize("image", [*SERVICES, "gateway"])
def test_an_image_says_what_it_was_made_from(image: str) -> None:
    labels = settings(image)["Labels"]
    assert labels["org.opencontainers.image.title"] == f"quartet-{image}"
    assert labels["org.opencontainers.image.version"].count(".") == 2
    assert re.fullmatch("[0-9a-f]{40}|unknown", labels["org.opencontainers.image.revision"])


@pytest.mark.parametrize("image", SERVICES)
def test_an_image_holds_exactly_what_its_lock_names(image: str) -> None:
    lock = (ROOT / "services" / image / "requirements.lock").read_text()
    locked = {line.split(" ")[0].lower().replace("-", "_") for line in lock.splitlines() if "==" in line}
    program = (
        "import importlib.metadata as m, json; print(json.dumps([[d.name, d.version] for d in m.distributions()]))"
    )
    printed = docker("run", "--rm", "--entrypoint", "python", f"quartet/{image}:dev", "-c", program).stdout
    held = {f"{name.lower().replace('-', '_')}=={version}" for name, version in json.loads(printed)}
    ours = {line for line in held if line.startswith("quartet_")}
    assert len(ours) == 2
    assert held - ours <= locked


@pytest.mark.parametrize("image", SERVICES)
@pytest.mark.parametrize("tool", ["pip", "ensurepip", "pytest", "hatchling", "quartet.testing"])
def test_an_image_holds_no_tools(image: str, tool: str) -> None:
    found = docker("run", "--rm", "--entrypoint", "python", f"quartet/{image}:dev", "-c", f"import {tool}")
    assert "ModuleNotFoundError" in found.stderr


@pytest.mark.parametrize(
    ("image", "setting", "complaint"),
    [
        *((image, "PORT=none", "PORT: Input should be a valid integer") for image in SERVICES),
        *((image, "ENVIRONMENT=production", "must be set in production") for image in ("auth", "catalog")),
    ],
)
def test_a_broken_setting_ends_in_one_line(image: str, setting: str, complaint: str) -> None:
    ended = docker("run", "--rm", "--read-only", "--tmpfs=/tmp", "-e", setting, f"quartet/{image}:dev")
    assert ended.returncode == 78
    assert ended.stderr.count("\n") == 1
    assert complaint in ended.stderr


@pytest.mark.parametrize("image", IMAGES)
def test_no_layer_holds_a_secret_or_a_test(image: str) -> None:
    command = (
        "find / -xdev \\( -name '.env*' -o -name '.git' -o -path '*/services/*/tests' -o -path '/run/secrets/*' \\)"
    )
    found = docker("run", "--rm", "--entrypoint", "sh", f"quartet/{image}:dev", "-c", f"{command} 2>/dev/null")
    assert found.stdout == ""


def test_a_service_that_is_none_is_refused() -> None:
    refused = subprocess.run(["make", "image", "SERVICE=orders"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert refused.returncode != 0
    assert "SERVICE must be one of auth" in refused.stderr


def test_vectors_are_ready_without_a_network_and_a_disk_to_write_to() -> None:
    """Its models are in the image, and none of their libraries writes, fetches or reports."""
    limits = ["--read-only", "--tmpfs=/tmp", "--volume=/var/lib/quartet", "--network=none", "--memory=768m"]
    started = docker("run", "--detach", *limits, "quartet/vectors:dev").stdout.strip()
    try:
        ready = ("exec", started, "python", "-I", "-S", "/opt/quartet/healthcheck.py", "ready")
        eventually(lambda: docker(*ready).returncode == 0, within=90, what="readiness of vectors")
        logged = docker("logs", started)
        assert all(json.loads(line)["level"] == "INFO" for line in (logged.stdout + logged.stderr).splitlines())
    finally:
        docker("rm", "--force", "--volumes", started)
