"""What is installed in an image agrees with what is tested."""

import re
import tomllib
from pathlib import Path

import pytest

from devtools.given import ROOT

PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)==(\S+)", re.MULTILINE)
SERVICES = sorted(ROOT.glob("services/*/requirements.lock"))
EXPORTS = [*SERVICES, ROOT / "devtools" / "requirements.lock"]
ROOT_LOCK = (ROOT / "requirements.lock").read_text()


def pins(text: str) -> set[tuple[str, str]]:
    return {(name, version) for name, version in PIN.findall(text)}


@pytest.mark.parametrize("export", EXPORTS, ids=lambda path: path.parent.name)
def test_an_export_has_the_versions_of_the_root_lock(export: Path) -> None:
    assert pins(export.read_text()) <= pins(ROOT_LOCK)


@pytest.mark.parametrize("export", SERVICES, ids=lambda path: path.parent.name)
def test_a_service_brings_no_test_tool(export: Path) -> None:
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]
    listed = [name for group in ("test", "lock", "build") for name in groups[group] if isinstance(name, str)]
    tools = {re.split(r"[\[;<>= ]", name)[0].lower() for name in listed}

    assert not tools & {name for name, _ in pins(export.read_text())}


@pytest.mark.parametrize("lock", [ROOT / "requirements.lock", *EXPORTS], ids=lambda path: path.parent.name)
def test_a_lock_names_no_address_and_has_a_hash_for_every_package(lock: Path) -> None:
    text = lock.read_text()

    assert "://" not in text
    assert "--index" not in text
    requirements = text.replace("\\\n", "").strip().splitlines()
    assert all("--hash=sha256:" in line for line in requirements)
