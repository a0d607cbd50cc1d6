"""Many products of one user, batch by batch, each a transaction."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.exc import InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from catalog.errors import ImportInterrupted, ImportTooLarge
from catalog.report import Report
from catalog.repository import imports, owners
from catalog.use_cases import writes
from quartet.database import Database
from quartet.errors import FieldError
from quartet.retries import lost, retried
from quartet.tokens import TokenRevoked

BATCH_LINES = 500
BATCH_BYTES = 512 * 1024


@dataclass(frozen=True)
class Line:
    """A line of an import: its number, its bytes, and what it offers or what is wrong; a blank one has neither."""

    number: int
    size: int
    product: dict[str, Any] | None = None
    errors: tuple[FieldError, ...] = ()


class OutcomeUnknown(Exception):
    """The database went away at a commit."""


@dataclass(frozen=True)
class Importer:
    """For whom an import is made, and how: at most `most` lines from `from_line` on, nothing stored in a dry run."""

    database: Database
    subject: str
    username: str
    most: int
    dry_run: bool = False
    from_line: int = 1

    def run(self, lines: Iterable[Line], report: Report, is_stopped: Callable[[], bool] = lambda: False) -> None:
        """Store what the good lines offer, and report each line.

        Whatever is raised, by `lines` too: what the report tells of is done, and nothing after it but what
        ImportInterrupted says.

        Raises:
            ImportTooLarge: there are more than `most` lines, or `lines` said so; all lines before are done.
            TokenRevoked: the user has been deleted, maybe midway.
            ImportInterrupted: the database went away, or `is_stopped` said yes between two batches.
        """
        batch: list[Line] = []
        size = 0
        try:
            wanted = (line for line in lines if line.number >= self.from_line)
            for count, line in enumerate(wanted, start=1):
                if count > self.most:
                    raise ImportTooLarge(f"An import may have at most {self.most} lines.")
                batch.append(line)
                size += line.size
                if len(batch) >= BATCH_LINES or size >= BATCH_BYTES:
                    full, batch, size = batch, [], 0
                    self._store(full, report)
                    if is_stopped():
                        raise ImportInterrupted(f"The service is being stopped; line {line.number} was the last.")
        except ImportTooLarge:
            self._store(batch, report)
            raise
        self._store(batch, report)

    def _store(self, batch: list[Line], report: Report) -> None:
        good = [line.product for line in batch if line.product is not None]
        ids: Iterable[int | None] = [None] * len(good) if self.dry_run or not good else self._ids(batch, good)
        of_good = iter(ids)
        for line in batch:
            if line.product is not None:
                report.accept(line.number, next(of_good))
            elif line.errors:
                report.refuse(line.number, line.errors)

    def _ids(self, batch: list[Line], good: list[dict[str, Any]]) -> list[int]:
        where = f"lines {batch[0].number} to {batch[-1].number}"
        try:
            return create_all(self.database, self.subject, self.username, good)
        except OutcomeUnknown as error:
            raise ImportInterrupted(
                f"The database went away while it stored {where}: they may be stored or not. None after them is."
            ) from error
        except (OperationalError, InterfaceError, InternalError, PoolExhausted) as error:
            raise ImportInterrupted(f"The database went away: {where} are not stored, and none after them.") from error


@retried
def create_all(database: Database, subject: str, username: str, products: list[dict[str, Any]]) -> list[int]:
    """Create products of the user `subject`, all or none, and return their ids; the tombstone is seen to as for one.

    Raises:
        TokenRevoked: the user has been deleted.
        OutcomeUnknown: see there.
    """
    now = datetime.now(UTC)
    with database.writing() as session:
        if owners.hold(session, subject, username).is_deleted:
            raise TokenRevoked
        ids = imports.add_all(session, subject, now, products)
        try:
            session.commit()
        except OperationalError as error:
            if lost(error):
                raise
            raise OutcomeUnknown from error
    writes.count("imported", len(ids))
    return ids


def is_known(database: Database, subject: str) -> bool:
    """Whether there is such an owner, so that the name is known."""
    with database.reading() as session:
        return owners.find(session, subject) is not None
