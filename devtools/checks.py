"""`python -m devtools.checks TARGET,TARGET … …`: what `make test` does, and one line about all.

An argument is a row of make targets that run one after the other; the rows run beside each other. Every target runs to
its end, also after another has failed. What one prints comes in one piece, when it has ended.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from devtools.given import ROOT

EVERY = 30.0
PERCENT = re.compile(rb"\[ *([0-9]+%)\]")


@dataclass
class Check:
    """A make target, and how it does."""

    target: str
    folder: Path
    code: int | None = None
    began: float = 0
    seconds: float = 0
    report: dict[str, Any] = field(default_factory=lambda: {"counts": {}, "missing": {}})

    def run(self) -> None:
        self.began = time.monotonic()
        report = self.folder / "report.json"
        with self._output.open("wb") as output:
            self.code = subprocess.run(
                ("make", self.target),
                cwd=ROOT,
                env=os.environ | {"CHECKS_REPORT": str(report)},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                check=False,
            ).returncode
        self.seconds = time.monotonic() - self.began
        if report.exists():
            self.report = json.loads(report.read_text())
        print(f"\n── make {self.target}\n{self._output.read_text(errors='replace').rstrip()}", flush=True)

    @property
    def running(self) -> bool:
        return self.began > 0 and self.code is None

    def progress(self) -> str:
        percent = PERCENT.findall(self._output.read_bytes())
        at = f"{percent[-1].decode()} " if percent else ""
        return f"{self.target} {at}after {time.monotonic() - self.began:.0f} s"

    @property
    def _output(self) -> Path:
        return self.folder / "output"


def main(rows: list[str]) -> int:
    """Run all targets; returns the exit code."""
    with tempfile.TemporaryDirectory() as folder:
        table = [[Check(target, Path(folder, target)) for target in row.split(",")] for row in rows]
        checks = [check for row in table for check in row]
        for check in checks:
            check.folder.mkdir()
        with ThreadPoolExecutor(len(table)) as pool:
            running = {pool.submit(run_in_turn, row) for row in table}
            while wait(running, EVERY).not_done:
                print("…", "; ".join(check.progress() for check in checks if check.running), flush=True)
        for row in running:
            row.result()
    return summary(checks)


def run_in_turn(row: list[Check]) -> None:
    for check in row:
        check.run()


def summary(checks: list[Check]) -> int:
    print()
    counts, missing = Counter[str](), Counter[str]()
    for check in checks:
        counts.update(check.report["counts"])
        missing.update(check.report["missing"])
        print(f"{'FAILED' if check.code else 'ok    '} make {check.target:<17} {check.seconds:6.1f} s")
    for program, tests in sorted(missing.items()):
        print(f"NOT RUN: {tests} tests that need {program}")
    failed = counts["failed"] + counts["error"]
    # In the form that CI systems read.
    print(f"{counts['passed']} passed, {failed} failed, {counts['skipped']} skipped")
    return 1 if any(check.code for check in checks) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
