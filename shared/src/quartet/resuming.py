"""Migrations on MySQL that were ended midway and are started again.

MySQL commits at every change of the schema, so that an upgrade ended midway leaves a part of its step behind, while
`alembic_version` still says that none of it is done. Hence a table, there only while an upgrade is unfinished, counts
the statements of the step under way; started again, the step skips those. A statement that changes data is counted in
its own transaction. One that changes the schema may be done and not yet counted: the next start takes it for done when
MySQL says that what it makes is there, or that what it removes is gone.

That holds for what a revision does through `op`. What it does on `op.get_bind()` must bear to be done twice.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alembic.ddl.mysql import MySQLImpl
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, insert, select, update
from sqlalchemy.exc import DBAPIError

from quartet.engines import error_code

TABLE_THERE, TABLE_GONE, COLUMN_THERE, KEY_THERE, COLUMN_OR_KEY_GONE = 1050, 1051, 1060, 1061, 1091
TWO_PRIMARY_KEYS, FOREIGN_KEY_THERE, CHECK_THERE, CHECK_GONE = 1068, 1826, 3822, 3821
DONE_ALREADY = {
    TABLE_THERE,
    TABLE_GONE,
    COLUMN_THERE,
    KEY_THERE,
    COLUMN_OR_KEY_GONE,
    TWO_PRIMARY_KEYS,
    FOREIGN_KEY_THERE,
    CHECK_THERE,
    CHECK_GONE,
}

PROGRESS = Table(
    "quartet_migration_progress",
    MetaData(),
    Column("head", String(32), primary_key=True),
    Column("begun", Integer, nullable=False),
    Column("done", Integer, nullable=False),
)


class Progress:
    """How far the step under way has come, kept in the database."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.at = self.begun = self.done = 0

    def start(self, head: str | None) -> None:
        """Take up the step that begins at `head`, or begin it."""
        self.at = 0
        PROGRESS.create(self.connection, checkfirst=True)
        row = self.connection.execute(select(PROGRESS).where(PROGRESS.c.head == (head or ""))).one_or_none()
        if row is None:
            self.connection.execute(PROGRESS.delete())
            self.connection.execute(insert(PROGRESS).values(head=head or "", begun=0, done=0))
        self.begun, self.done = (row.begun, row.done) if row else (0, 0)
        self.connection.commit()

    def begin(self) -> bool:
        """Begin the next statement; return whether its end is unknown from last time."""
        unknown = self.at == self.begun
        self.note(begun=self.at)
        return unknown

    def note(self, **counts: int) -> None:
        """Write down, together with what the statement changed."""
        self.connection.execute(update(PROGRESS).values(**counts))
        self.connection.commit()


class ResumableMySQL(MySQLImpl):
    """Alembic's MySQL, which skips what an earlier start has done. Being defined registers it with Alembic."""

    __dialect__ = "mysql"
    progress: Progress | None = None

    def _exec(self, construct: Any, *args: Any, **kwargs: Any) -> Any:
        if self.progress is None:
            return super()._exec(construct, *args, **kwargs)
        progress = self.progress
        progress.at += 1
        if progress.at <= progress.done:
            return None
        unknown = progress.begin()
        try:
            result = super()._exec(construct, *args, **kwargs)
        except DBAPIError as error:
            if error.connection_invalidated:
                raise
            if not unknown or error_code(error.orig) not in DONE_ALREADY:
                progress.note(begun=progress.at - 1)
                raise
            result = None
        progress.note(done=progress.at)
        return result


@contextmanager
def resumable(context: MigrationContext) -> Iterator[None]:
    """Run the upgrade of the block so that it can be resumed; on SQLite it is one transaction anyway."""
    if not isinstance(context.impl, ResumableMySQL) or context.connection is None:
        yield
        return
    progress = context.impl.progress = Progress(context.connection)
    progress.start(context.get_current_revision())
    context.on_version_apply_callbacks += (lambda *, heads, **_: progress.start(next(iter(heads), None)),)
    yield
    context.impl.progress = None
    PROGRESS.drop(context.connection)
