"""`python -m devtools.checks TARGET …`: what `make test` does, every target to its end, and one line about all."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from devtools.given import ROOT


def main(targets: list[str]) -> int:
    """Run the make targets in turn, also after one has failed; returns the exit code."""
    outcomes, counts, missing = [], Counter[str](), Counter[str]()
    for target in targets:
        print(f"\n── make {target}", flush=True)
        started = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            report = Path(folder) / "report.json"
            code = subprocess.run(
                ("make", target), cwd=ROOT, env=os.environ | {"CHECKS_REPORT": str(report)}, check=False
            ).returncode
            if report.exists():
                document = json.loads(report.read_text())
                counts.update(document["counts"])
                missing.update(document["missing"])
        outcomes.append((target, code == 0, time.monotonic() - started))
    print()
    for target, good, seconds in outcomes:
        print(f"{'ok    ' if good else 'FAILED'} make {target:<17} {seconds:6.1f} s")
    for program, tests in sorted(missing.items()):
        print(f"NOT RUN: {tests} tests that need {program}")
    failed = counts["failed"] + counts["error"]
    # In the form that CI systems read.
    print(f"{counts['passed']} passed, {failed} failed, {counts['skipped']} skipped")
    return 0 if all(good for _, good, _ in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
