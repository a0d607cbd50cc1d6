"""What `make test` runs, and what it says of it."""

from pathlib import Path

import pytest

from devtools import checks

# Each of the first two ends only when the other has begun.
MAKEFILE = """\
one:
	@touch one-began; until [ -e other-began ]; do sleep 0.02; done; echo "one of two lines"; echo "the other"
other:
	@touch other-began; until [ -e one-began ]; do sleep 0.02; done; echo "on its own"
good:
	@echo '{"counts": {"passed": 3, "skipped": 1}, "missing": {"wrk": 1}}' > "$$CHECKS_REPORT"
bad:
	@echo '{"counts": {"passed": 2, "failed": 1}, "missing": {"wrk": 1}}' > "$$CHECKS_REPORT"; exit 1
"""


@pytest.fixture(autouse=True)
def makefile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "Makefile").write_text(MAKEFILE)
    monkeypatch.setattr(checks, "ROOT", tmp_path)


def test_rows_run_beside_each_other_and_what_a_target_prints_stays_together(capsys: pytest.CaptureFixture[str]) -> None:
    assert checks.main(["one", "other"]) == 0
    printed = capsys.readouterr().out
    assert "── make one\none of two lines\nthe other\n" in printed
    assert "── make other\non its own\n" in printed


def test_every_target_runs_to_its_end_and_all_are_counted_together(capsys: pytest.CaptureFixture[str]) -> None:
    assert checks.main(["bad,good"]) == 1
    *_, bad, good, missing, counts = capsys.readouterr().out.splitlines()
    assert bad.startswith("FAILED make bad ")
    assert good.startswith("ok     make good ")
    assert missing == "NOT RUN: 2 tests that need wrk"
    assert counts == "5 passed, 1 failed, 1 skipped"


def test_it_says_how_far_what_takes_long_has_come(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(checks, "EVERY", 0.05)
    (tmp_path / "Makefile").write_text('long:\n\t@echo "....... [ 42%]"; until [ -e seen ]; do sleep 0.02; done\n')

    class Seen(checks.Check):
        def progress(self) -> str:
            found = super().progress()
            if "42%" in found:
                (tmp_path / "seen").touch()
            return found

    monkeypatch.setattr(checks, "Check", Seen)
    assert checks.main(["long"]) == 0
    assert "… long 42% after " in capsys.readouterr().out
