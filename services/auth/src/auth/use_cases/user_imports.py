"""Users of another system, batch by batch, each a transaction; no mail is sent.

Who is there already, under the same name and e-mail, is left as they are: an import may be run again, after its end
as after its middle.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

from auth.callers import Caller
from auth.import_notes import Notes
from auth.resources import Resources
from auth.schemas.imports import Row
from auth.use_cases.import_batches import Batches, BatchRefused
from auth.use_cases.import_checks import Checks, Judged, Outcome

__all__ = ["BATCH", "BatchRefused", "Importer", "Outcome", "Report"]

BATCH = 100


class Report(Protocol):
    def note(self, row: Row, outcome: Outcome) -> None:
        """Take what became, or would become, of a row; its errors say why it was refused."""


@dataclass(frozen=True)
class Importer:
    auth: Resources
    caller: Caller
    allow_admins: bool = False
    skip_bad: bool = False

    def check(self, rows: Iterable[Row], report: Report) -> None:
        """Report what would become of each row; store nothing."""
        checks = Checks(self.auth, self.allow_admins)
        for batch in _batches(checks, rows):
            _tell(checks.foreseen(batch), report)

    def store(self, rows: Iterable[Row], report: Report) -> None:
        """Make the accounts and the pending sign-ups, and report each row; what is reported is stored.

        Raises:
            BatchRefused: unless bad rows are to be skipped; only the bad rows of its batch are reported.
        """
        checks = Checks(self.auth, self.allow_admins)
        with ThreadPoolExecutor(min(self.auth.settings.hash_slots, os.cpu_count() or 1)) as threads:
            batches = Batches(self.auth, self.caller, checks, threads, self.skip_bad)
            for batch in _batches(checks, rows):
                try:
                    stored = batches.store(batch)
                except BatchRefused as refused:
                    _tell(refused.bad, report)
                    raise
                _tell(stored, report)


def _batches(checks: Checks, rows: Iterable[Row]) -> Iterator[list[Row]]:
    notes = Notes()
    try:
        checked = (checks.checked(row, notes) for row in rows)
        while batch := list(islice(checked, BATCH)):
            yield batch
    finally:
        notes.close()


def _tell(judged: Sequence[Judged], report: Report) -> None:
    for each in judged:
        report.note(each.row, each.outcome)
