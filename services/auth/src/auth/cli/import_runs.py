"""One import of one file: checked, then, where all is well, stored."""

import os
from collections.abc import Iterator
from typing import BinaryIO

from auth.cli.import_reports import LineReport
from auth.cli.progress import bar_on_stderr
from auth.formats import ChangedFile, Entry, Read
from auth.import_notes import Notes
from auth.schemas.imports import Row, read_row
from auth.use_cases.user_imports import Importer


class Run:
    """`storing` tells whether it came to that."""

    def __init__(self, file: BinaryIO, read: Read, notes: Notes, importer: Importer) -> None:
        self.storing = False
        self._file, self._read, self._notes, self._importer = file, read, notes, importer
        self._count = 0

    def run(self, report: LineReport, *, dry_run: bool) -> bool:
        """Import, and tell whether anything was to be stored; raises what the importer and the reader raise."""
        spoken = dry_run or not self._importer.skip_bad
        report.begin(errors=spoken, warnings=spoken)
        self._importer.check(self._rows("Checking"), report)
        if dry_run or (report.counts["refused"] and not self._importer.skip_bad):
            return False
        report.begin(errors=True, warnings=self._importer.skip_bad)
        self.storing = True
        self._importer.store(self._rows("Importing"), report)
        return True

    def _rows(self, label: str) -> Iterator[Row]:
        """Yield the rows of the file from its start; the second time they must be the ones of the first time."""
        self._file.seek(0)
        at = count = 0
        with bar_on_stderr(os.fstat(self._file.fileno()).st_size, label) as bar:
            for entry in self._read(self._file):
                count += 1
                self._compare(count, entry)
                yield read_row(entry)
                now = self._file.tell()
                bar.update(now - at, count)
                at = now
        if self.storing and count != self._count:
            raise ChangedFile(count)
        self._count = count

    def _compare(self, number: int, entry: Entry) -> None:
        said = f"{number} {entry.line} {entry.content!r}"
        if not self.storing:
            self._notes.note("entry", said, entry.line)
        elif self._notes.line_of("entry", said) is None:
            raise ChangedFile(entry.line)
