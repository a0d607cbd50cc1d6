"""`auth import-users`."""

import os
import stat
import sys
from collections.abc import Iterator
from contextlib import closing
from typing import BinaryIO, TextIO

import click
from sqlalchemy.exc import IntegrityError, InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from auth.callers import COMMAND_LINE
from auth.cli.import_reports import LineReport
from auth.cli.progress import bar_on_stderr
from auth.formats import FORMATS, BrokenFile, ChangedFile, Read, name_of
from auth.import_notes import Notes
from auth.resources import Resources
from auth.schemas.imports import Row, read_row
from auth.settings import AuthSettings
from auth.use_cases.user_imports import BatchRefused, Importer
from quartet.settings import load

EX_DATAERR, EX_TEMPFAIL = 65, 75
GONE = (IntegrityError, OperationalError, InterfaceError, InternalError, PoolExhausted)


def _open_report(_context: click.Context, _parameter: click.Parameter, path: str | None) -> TextIO | None:
    if path is None:
        return None
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    except OSError as error:
        raise click.BadParameter(error.strerror or "cannot be written") from None
    return os.fdopen(descriptor, "w", encoding="ascii")


@click.command("import-users")
@click.argument("file", type=click.File("rb"))
@click.option("--format", "name", type=click.Choice(list(FORMATS)), help="By default what FILE ends in.")
@click.option("--dry-run", is_flag=True, help="Check every line and store nothing.")
@click.option("--skip-bad", is_flag=True, help="Store the good lines, though others are bad.")
@click.option("--allow-admins", is_flag=True, help="Let the role admin be given.")
@click.option(
    "--report",
    type=click.Path(dir_okay=False),
    callback=_open_report,
    help="Write what became of each line to this file, as NDJSON.",
)
def import_users(
    file: BinaryIO, name: str | None, dry_run: bool, skip_bad: bool, allow_admins: bool, report: TextIO | None
) -> None:
    """Make the users of FILE, which is CSV, NDJSON or YAML: an export of another system.

    A user has username, password or password_hash, and maybe email, email_confirmed, roles and created_at. The whole
    file is checked first, and nothing is stored while a line is bad. Then it is stored in batches; who is there
    already, under the same name and e-mail, is left as they are, so that an import may be run again. No mail is sent.

    \b
    Exit status:
      0   all lines are good
      65  some are bad
      75  the database went away; run it again
      1   something else stopped the import; what was stored is told
    """
    read = FORMATS.get(name or name_of(str(file.name)) or "")
    if read is None:
        raise click.UsageError("The name of FILE does not tell what it holds: give --format.")
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        raise click.UsageError("FILE is read twice: it must be a file on disk.")
    auth = Resources.of(load(AuthSettings))
    lines = LineReport(report)
    stopped: str | None = None
    status = 0
    with closing(Notes()) as notes:
        run = _Run(file, read, notes, Importer(auth, COMMAND_LINE, allow_admins=allow_admins, skip_bad=skip_bad))
        try:
            stored = run.run(lines, dry_run=dry_run)
        except BrokenFile as error:
            stored, stopped = run.storing, str(error)
            status = 1 if isinstance(error, ChangedFile) else EX_DATAERR
        except BatchRefused:
            stored, stopped, status = True, "the lines before its batch are stored, those after are not", EX_DATAERR
        except GONE:
            stored, stopped, status = run.storing, "the database went away, or was too busy; run it again", EX_TEMPFAIL
    if report:
        report.close()
    _sum_up(lines, stored=stored)
    if stopped:
        click.echo(f"auth: {stopped}", err=True)
    sys.exit(status or (EX_DATAERR if lines.counts["refused"] else 0))


class _Run:
    """One import of one file: checked, then, where all is well, stored."""

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
                self._compare(entry.line, repr(entry.content))
                yield read_row(entry)
                now = self._file.tell()
                bar.update(now - at, count)
                at = now
        if self.storing and count != self._count:
            raise ChangedFile(count)
        self._count = count

    def _compare(self, line: int, content: str) -> None:
        if not self.storing:
            self._notes.note("entry", f"{line} {content}", line)
        elif self._notes.line_of("entry", f"{line} {content}") is None:
            raise ChangedFile(line)


def _sum_up(report: LineReport, *, stored: bool) -> None:
    counts = report.counts
    made = counts["created"] + counts["pending"]
    click.echo(
        f"auth: {made} {'imported' if stored else 'good'} ({counts['pending']} of them wait for their confirmation, "
        f"{counts['weak']} have weak passwords), {counts['unchanged']} there already, {counts['refused']} bad"
        f"{'' if stored else '; nothing was stored'}"
    )
