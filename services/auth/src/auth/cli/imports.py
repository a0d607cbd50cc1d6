"""`auth import-users`."""

import os
import stat
import sys
from contextlib import closing
from typing import BinaryIO, TextIO

import click
from sqlalchemy.exc import IntegrityError, InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from auth.callers import COMMAND_LINE
from auth.cli.import_reports import LineReport
from auth.cli.import_runs import Run
from auth.formats import FORMATS, BrokenFile, ChangedFile, name_of
from auth.import_notes import Notes
from auth.resources import Resources
from auth.settings import AuthSettings
from auth.use_cases.user_imports import BatchRefused, Importer
from quartet.settings import load

EX_DATAERR, EX_TEMPFAIL = 65, 75
GONE = (IntegrityError, OperationalError, InterfaceError, InternalError, PoolExhausted)


def _open_report(context: click.Context, _parameter: click.Parameter, path: str | None) -> TextIO | None:
    """Return the report as it is; it is emptied when the import begins."""
    if path is None:
        return None
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    except OSError as error:
        raise click.BadParameter(error.strerror or "cannot be written") from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise click.BadParameter("must be a file on disk, for it is written twice")
    report = os.fdopen(descriptor, "w", encoding="ascii")
    context.call_on_close(report.close)
    return report


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
    if report and os.path.sameopenfile(file.fileno(), report.fileno()):
        raise click.UsageError("The report would overwrite FILE: give it another name.")
    auth = Resources.of(load(AuthSettings))
    lines = LineReport(report)
    stopped: str | None = None
    status = 0
    with closing(Notes()) as notes:
        run = Run(file, read, notes, Importer(auth, COMMAND_LINE, allow_admins=allow_admins, skip_bad=skip_bad))
        try:
            stored = run.run(lines, dry_run=dry_run)
        except BrokenFile as error:
            stored, stopped = run.storing, str(error)
            status = 1 if isinstance(error, ChangedFile) else EX_DATAERR
        except BatchRefused:
            stored, stopped, status = True, "the lines before its batch are stored, those after are not", EX_DATAERR
        except GONE:
            stored, stopped, status = run.storing, "the database went away, or was too busy; run it again", EX_TEMPFAIL
    _sum_up(lines, stored=stored)
    if stopped:
        click.echo(f"auth: {stopped}", err=True)
    sys.exit(status or (EX_DATAERR if lines.counts["refused"] else 0))


def _sum_up(report: LineReport, *, stored: bool) -> None:
    counts = report.counts
    made = counts["created"] + counts["pending"]
    click.echo(
        f"auth: {made} {'imported' if stored else 'good'} ({counts['pending']} of them wait for their confirmation, "
        f"{counts['weak']} have weak passwords), {counts['unchanged']} there already, {counts['refused']} bad"
        f"{'' if stored else '; nothing was stored'}"
    )
