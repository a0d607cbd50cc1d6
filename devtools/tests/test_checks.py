"""What `make test` runs, and what it says of it."""

from pathlib import Path

import pytest

from devtools import checks

MAKEFILE = """\
good:
	@echo '{"counts": {"passed": 3, "skipped": 1}, "missing": {"wrk": 1}}' > "$$CHECKS_REPORT"
bad:
	@echo '{"counts": {"passed": 2, "failed": 1}, "missing": {"wrk": 1}}' > "$$CHECKS_REPORT"; exit 1
silent:
	@:
"""


@pytest.fixture(autouse=True)
def makefile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "Makefile").write_text(MAKEFILE)
    monkeypatch.setattr(checks, "ROOT", tmp_path)


def test_every_target_runs_to_its_end_and_all_are_counted_together(capsys: pytest.CaptureFixture[str]) -> None:
    assert checks.main(["bad", "good"]) == 1
    *_, bad, good, missing, counts = capsys.readouterr().out.splitlines()
    assert bad.startswith("FAILED make bad ")
    assert good.startswith("ok     make good ")
    assert missing == "NOT RUN: 2 tests that need wrk"
    assert counts == "5 passed, 1 failed, 1 skipped"


def test_what_makes_no_report_counts_no_tests(capsys: pytest.CaptureFixture[str]) -> None:
    assert checks.main(["silent"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "0 passed, 0 failed, 0 skipped"
