"""The pages that are made from the code say what the code says."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from devtools.given import ROOT, Given, read_env_file
from devtools.launch import make_plan
from devtools.parts import SERVICES
from devtools.reference import pages
from devtools.reference.fields import settings_of
from devtools.run_directory import RunDirectory
from quartet.settings import load


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_a_made_page_is_not_stale(page: Path) -> None:
    assert page.read_text() == pages()[page], "run `make docs`"


def test_the_example_can_be_taken_as_it_is(tmp_path: Path) -> None:
    text = (ROOT / ".env.example").read_text()
    settings = re.sub(r"^#(?=[A-Z_]+=.)", "", text, flags=re.MULTILINE)
    (tmp_path / ".env").write_text(settings)
    given = read_env_file(tmp_path / ".env")
    assert {"PORT", "EMAIL_CONFIRMATION", "RATE_LIMIT_FACTOR"} <= given.keys()
    environment = os.environ | given | {"PORT": "0", "RUN_DIR": str(tmp_path / "run")}
    plan = make_plan(Given(environment), RunDirectory(tmp_path / "run"))
    for program in plan.programs:
        if program.name in SERVICES:
            check = f"import {program.name}; {program.name}.create_app()"
            command = [sys.executable, "-c", check]
        elif program.name == "gateway":
            command = [*program.command, "check"]
        else:
            continue
        result = subprocess.run(
            command, env=environment | program.environment, cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert result.returncode == 0, f"{program.name}: {result.stderr}"


@pytest.mark.parametrize("service", SERVICES)
def test_the_example_of_a_settings_file_says_what_holds_without_it(
    service: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    kind = settings_of(service)
    without = load(kind)
    monkeypatch.setenv("SETTINGS_FILE", str(ROOT / "settings.example.json"))
    assert load(kind).model_copy(update={"settings_file": None}) == without


@pytest.mark.parametrize("service", SERVICES)
def test_the_example_of_a_settings_file_has_every_setting(service: str) -> None:
    example = json.loads((ROOT / "settings.example.json").read_text())
    names = {name.lower() for name in example | example[service]} - set(SERVICES)
    assert names == set(settings_of(service).model_fields) - {"settings_file"}
