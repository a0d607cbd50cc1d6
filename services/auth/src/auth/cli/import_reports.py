"""What became of each line of an import, told on stderr and, as NDJSON, in a file. No password, no hash, no name."""

import json
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import TextIO

import click

from auth.schemas.imports import Row
from auth.use_cases.user_imports import Outcome
from quartet.errors import FieldError

MOST_ERRORS = 8
MOST_COLUMNS, LONGEST_COLUMN = 20, 40


class LineReport:
    """Takes what became of each row; says at once what is wrong, and writes all to `file` where there is one."""

    def __init__(self, file: TextIO | None = None) -> None:
        self.counts: Counter[str] = Counter()
        self._unknown: set[str] = set()
        self._file = file
        self._says_errors = self._says_warnings = True

    def begin(self, *, errors: bool, warnings: bool) -> None:
        """Forget what was taken, for the file is read from its start; say errors, or warnings, from now on or not."""
        self._says_errors, self._says_warnings = errors, warnings
        self.counts.clear()
        if self._file:
            self._file.seek(0)
            self._file.truncate()

    def note(self, row: Row, outcome: Outcome) -> None:
        self.counts[outcome] += 1
        warnings = []
        if row.weakness and outcome in ("created", "pending"):
            self.counts["weak"] += 1
            warnings = [FieldError("password", f"taken, though weak: {row.weakness}")]
        errors = list(row.errors[:MOST_ERRORS])
        self._say_all(row, errors if self._says_errors else [], warnings if self._says_warnings else [])
        if self._file:
            told = {
                "line": row.line,
                "outcome": outcome,
                "errors": [asdict(each) for each in errors],
                "warnings": [asdict(each) for each in warnings],
            }
            self._file.write(json.dumps(told) + "\n")

    def _say_all(self, row: Row, errors: Sequence[FieldError], warnings: Sequence[FieldError]) -> None:
        for each in (*errors, *warnings):
            self._say(f"line {row.line}: {each.field}: {each.message}")
        for name in (name[:LONGEST_COLUMN] for name in row.unknown):
            if len(self._unknown) < MOST_COLUMNS and name not in self._unknown:
                self._unknown.add(name)
                self._say(f"line {row.line}: {name!a} says nothing that a user has here; left aside")

    @staticmethod
    def _say(text: str) -> None:
        clear = "\r\x1b[K" if sys.stderr.isatty() else ""  # the progress bar's line; it is drawn anew
        click.echo(f"{clear}{text}", err=True)
