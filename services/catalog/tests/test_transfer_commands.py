"""`catalog import` and `catalog export`: the same rules, from the command line."""

import json
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from catalog.cli import main
from quartet.migrations import migrate
from services.catalog.tests.importing import teapots

ADA = str(uuid.uuid4())

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command of a catalog on a migrated SQLite file; `entered` is what stdin holds."""
    monkeypatch.setenv("STATE_DIR", str(tmp_path))
    monkeypatch.setenv("ENVIRONMENT", "testing")
    migrate(f"sqlite:///{tmp_path}/catalog.db", "catalog")
    return lambda *words, entered=None: CliRunner().invoke(main, [str(each) for each in words], input=entered)


def test_a_file_is_imported_and_exported_again(run: Run, tmp_path: Path) -> None:
    given, taken = tmp_path / "given.ndjson", tmp_path / "taken.csv"
    given.write_bytes(teapots(3))
    done = run("import", given, "--owner", ADA, "--username", "ada")
    assert (done.exit_code, done.stdout) == (0, "catalog: 3 created, 0 bad\n")
    assert run("export", taken, "--owner", ADA).exit_code == 0
    assert len(taken.read_text().splitlines()) == 4
    assert run("import", taken, "--owner", ADA, "--dry-run").stdout == "catalog: 3 good, 0 bad\n"
    written = run("export", "-", "--max-price", "1.00").stdout_bytes
    assert [json.loads(line)["name"] for line in written.splitlines()] == ["Teapot 1", "Teapot 2", "Teapot 3"]
    assert sorted(each.name for each in tmp_path.glob("taken*")) == ["taken.csv"]


def test_bad_lines_are_told_and_end_in_a_status_of_their_own(run: Run) -> None:
    done = run("import", "-", "--owner", ADA, "--username", "ada", "--format", "csv", entered="name,price\na,1\nb,-1\n")
    assert (done.exit_code, done.stdout) == (65, "catalog: 1 created, 1 bad\n")
    assert done.stderr == "line 3: price: must not be negative\n"


def test_a_report_may_be_a_file(run: Run, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    done = run("import", "-", "--owner", ADA, "--username", "a", "--format=ndjson", "--report", report, entered="x")
    assert (done.exit_code, done.stderr) == (65, "")
    assert json.loads(report.read_text())["lines"] == [
        {"line": 1, "errors": [{"field": "line", "message": "must be JSON, without duplicate members"}]}
    ]


def test_what_stops_an_import_is_one_line(run: Run, tmp_path: Path) -> None:
    def stopped(status: int, words: str, *arguments: object, entered: str = "") -> None:
        done = run("import", *arguments, entered=entered)
        assert (done.exit_code, words in done.stderr) == (status, True), done.stderr
        assert "Traceback" not in done.output

    known = ("--owner", ADA, "--username", "ada")
    stopped(2, "give --username", "-", "--owner", ADA, "--format", "csv")
    stopped(2, "give --format", "-", *known)
    stopped(1, "header: must have the columns", "-", *known, "--format", "csv", entered="name\n")
    stopped(1, "at most 131072 bytes", "-", *known, "--format", "ndjson", entered="a" * 200_000)
    (tmp_path / "catalog.db").unlink()
    stopped(1, "catalog migrate", "-", *known, "--format", "csv")


def test_an_export_replaces_a_file_only_when_it_is_whole(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "kept.ndjson"
    kept.write_text("before")
    run("import", "-", "--owner", ADA, "--username", "ada", "--format", "ndjson", entered=teapots(1).decode())
    monkeypatch.setattr("catalog.cli.exports.ProductOut", None)
    assert run("export", kept).exit_code != 0
    assert kept.read_text() == "before"
    assert [each.name for each in tmp_path.glob("kept*")] == ["kept.ndjson"]
    assert "must be a number" in run("export", "-", "--min-price", "x").stderr
