"""Which changes of an API break those who call it, and which do not."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from devtools.api_compatibility import breaking_changes
from devtools.api_compatibility.documents import DOCUMENTS, released_file, surface
from devtools.given import ROOT
from devtools.tests.api_changes import API, BREAKING, HARMLESS, Change, changed


@pytest.mark.parametrize(("change", "words"), BREAKING.values(), ids=BREAKING)
def test_what_breaks_callers_is_named(change: Change, words: str) -> None:
    found = breaking_changes(surface(API), changed(change))
    assert [line for line in found if words in line], found


@pytest.mark.parametrize("change", HARMLESS.values(), ids=HARMLESS)
def test_what_breaks_nobody_passes(change: Change) -> None:
    assert breaking_changes(surface(API), changed(change)) == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_api_of_today_serves_who_knows_the_released_one(name: str) -> None:
    released = json.loads(released_file(DOCUMENTS[name]).read_text())
    assert breaking_changes(released, json.loads(DOCUMENTS[name].read_text())) == []
    assert released["paths"]


def test_the_check_names_the_change_and_where_to_read_on(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "devtools", tmp_path / "devtools", ignore=shutil.ignore_patterns("__pycache__", "tests"))
    for file in DOCUMENTS.values():
        folder = tmp_path / file.parent.relative_to(ROOT)
        folder.mkdir(parents=True)
        shutil.copy(file, folder)
        shutil.copy(released_file(file), folder)
    catalog = tmp_path / "services/catalog/openapi.json"
    document = json.loads(catalog.read_text())
    del document["paths"]["/api/products"]["post"]
    catalog.write_text(json.dumps(document))
    for verb in ("check", "release"):
        result = subprocess.run(
            [sys.executable, "-m", "devtools.api_compatibility", verb],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert result.returncode == 1
        assert "catalog: POST /api/products: is gone" in result.stderr
        (guide,) = [word for word in result.stderr.split() if word.startswith("docs/")]
        assert (ROOT / guide).is_file()
