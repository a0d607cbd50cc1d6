"""The operator's guide leaves nothing out: every secret, every service, every script."""

import re
from pathlib import Path

from devtools.deployment_secrets import make_secrets
from devtools.given import ROOT
from devtools.parts import SERVICES

GUIDE = ROOT / "docs/operations"


def first_cells(page: str) -> str:
    """The first cell of every row of a page's tables."""
    return "\n".join(re.findall(r"^\| ([^|]+) \|", (GUIDE / page).read_text(), re.MULTILINE))


def test_every_secret_of_a_deployment_has_its_row(tmp_path: Path) -> None:
    named = set(re.findall(r"`([a-z_]+)`", first_cells("secrets.md")))
    assert named == set(make_secrets(tmp_path, tls=True))


def test_every_service_has_its_row_of_what_limits_it() -> None:
    assert {"gateway", *SERVICES} <= set(re.findall(r"\w+", first_cells("capacity.md")))


def test_scripts_that_the_guide_names_are_there() -> None:
    for page in GUIDE.glob("*.md"):
        for script in re.findall(r"deploy/[\w/]+\.sh", page.read_text()):
            assert (ROOT / script).is_file(), f"{page.name}: {script}"


def test_the_index_leads_to_every_chapter() -> None:
    linked = set(re.findall(r"\(operations/([\w-]+\.md)\)", (ROOT / "docs/operations.md").read_text()))
    assert linked == {page.name for page in GUIDE.glob("*.md")}
