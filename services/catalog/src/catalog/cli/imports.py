"""`catalog import`."""

import sys
import uuid
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import BinaryIO

import click

from catalog.cli.progress import bar_on_stderr
from catalog.cli.store import opened
from catalog.formats import FORMATS, Format, of_file
from catalog.report import Report
from catalog.schemas.imports import read_line
from catalog.settings import CatalogSettings
from catalog.use_cases.imports import Importer, is_known
from quartet.errors import DomainError, FieldError, InvalidInput, Unavailable
from quartet.settings import load

PIECE = 64 * 1024
EX_DATAERR, EX_TEMPFAIL = 65, 75


class SpokenReport(Report):
    """A report that says at once what is wrong with a line."""

    def refuse(self, line: int, errors: Sequence[FieldError]) -> None:
        super().refuse(line, errors)
        clear = "\r\x1b[K" if sys.stderr.isatty() else ""  # the progress bar's line; it is drawn anew
        for each in errors:
            click.echo(f"{clear}line {line}: {each.field}: {each.message}", err=True)


@click.command("import")
@click.argument("file", type=click.File("rb"))
@click.option("--owner", "subject", type=click.UUID, required=True, help="Subject (UUID) of the user who gets them.")
@click.option("--username", help="Name of that user; needed where this is their first product.")
@click.option("--format", "name", type=click.Choice(list(FORMATS)), help="By default what FILE ends in.")
@click.option("--dry-run", is_flag=True, help="Check every line and store nothing.")
@click.option("--from-line", type=click.IntRange(1), default=1, help="Leave out the lines before this one.")
@click.option(
    "--report",
    "report_file",
    type=click.File("wb", lazy=False),
    help="Write what became of each line to this file, as JSON, and not to stderr what is wrong.",
)
def import_products(
    file: BinaryIO,
    subject: uuid.UUID,
    username: str | None,
    name: str | None,
    dry_run: bool,
    from_line: int,
    report_file: BinaryIO | None,
) -> None:
    """Create products from FILE, which is NDJSON or CSV (- for stdin).

    A product has name, price, and maybe description and currency; what else an export has is left aside. Good lines
    are stored, in batches; what is wrong with the others is told. Any number of lines will do.

    \b
    Exit status:
      0   all lines are good
      65  some are bad
      75  the database went away; --from-line goes on from there
      1   something else stopped the import
    """
    settings = load(CatalogSettings)
    path = str(getattr(file, "name", "-"))
    format_ = _format(path, name)
    report = (Report if report_file else SpokenReport)(settings.state_path, dry_run=dry_run)
    stopped: DomainError | None = None
    with closing(report), opened(settings) as database:
        if username is None and not dry_run and not is_known(database, str(subject)):
            raise click.UsageError("This user has no products yet: give --username.")
        importer = Importer(database, str(subject), username or "", sys.maxsize, dry_run, from_line)
        try:
            importer.run(map(read_line, format_.read(_pieces(file, path), settings.import_line_bytes)), report)
        except DomainError as error:
            stopped = error
        finally:
            click.echo(f"catalog: {report.created} {'good' if dry_run else 'created'}, {report.failed} bad")
            if report_file:
                report_file.writelines(report.written({})[1])
    if stopped:
        click.echo(f"catalog: {_words(stopped)}", err=True)
    sys.exit(_status(report, stopped))


def _format(path: str, name: str | None) -> Format:
    found = FORMATS[name] if name else of_file(path)
    if found is None:
        raise click.UsageError("The name of FILE does not tell what it holds: give --format.")
    return found


def _pieces(file: BinaryIO, path: str) -> Iterator[bytes]:
    """Yield what is in a file in pieces; the progress bar tells how much that is."""
    size = Path(path).stat().st_size if Path(path).is_file() else None
    with bar_on_stderr(size, "Importing") as bar:
        while piece := file.read(PIECE):
            yield piece
            bar.update(len(piece))


def _words(error: DomainError) -> str:
    if isinstance(error, InvalidInput):
        return "; ".join(f"{each.field}: {each.message}" for each in error.errors)
    return error.message


def _status(report: Report, stopped: DomainError | None) -> int:
    if stopped is not None:
        return EX_TEMPFAIL if isinstance(stopped, Unavailable) else 1
    return EX_DATAERR if report.failed else 0
