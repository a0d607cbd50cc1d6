"""A MySQL that writes down what it is sent and has nothing: SQLAlchemy compiles for it as for the real one."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import pymysql
from sqlalchemy import Engine, create_engine, event

from catalog.repository.search import SAMPLE

NO_SUCH_TABLE = 1146
ANSWERS = (
    (re.compile(r"GET_LOCK"), (1,)),
    (re.compile(r"@@character_set_database"), ("utf8mb4",)),
    (re.compile(r"^SELECT feed_head\.last_id"), (1,)),
    (re.compile(r"^SELECT feed_position"), ("0",)),
)


class _Cursor:
    """A cursor of pymysql as far as SQLAlchemy looks at it."""

    rowcount, lastrowid, arraysize, warnings = 1, 1, 1, ()

    def __init__(self, told: list[str]) -> None:
        self._told = told
        self._rows: list[tuple[Any, ...]] = []
        self.columns: list[str] = ["value"]

    @property
    def description(self) -> list[tuple[Any, ...]] | None:
        return [(name, *[None] * 6) for name in self.columns] if self.columns else None

    def execute(self, statement: str, _parameters: Any = None) -> None:
        self._told.append(" ".join(statement.split()))
        if statement.startswith(("DESCRIBE", "SHOW CREATE")):
            raise pymysql.err.ProgrammingError(NO_SUCH_TABLE, "no such table")
        if re.match(r"\s*SELECT count\(", statement):
            seen = SAMPLE if "CASE WHEN" in statement else 0  # of a sample of products, none of which has a word
            self._rows = [(seen, *[0] * (len(self.columns) - 1))]
        else:
            self._rows = [row for pattern, row in ANSWERS if pattern.search(statement)]

    def executemany(self, statement: str, parameters: Any) -> None:
        self.execute(statement, parameters)

    def fetchall(self) -> list[tuple[Any, ...]]:
        rows, self._rows = self._rows, []
        return rows

    def fetchone(self) -> tuple[Any, ...] | None:
        return self._rows.pop(0) if self._rows else None

    def fetchmany(self, _size: int = 1) -> list[tuple[Any, ...]]:
        return self.fetchall()

    def nextset(self) -> None:
        return None

    def close(self) -> None:
        pass


class _Connection(mock.NonCallableMagicMock):
    """A connection of pymysql that opens nothing."""


def recording_engine(told: list[str]) -> Engine:
    """Return an engine that adds each statement to `told`, on one line."""

    def connect() -> Any:
        connection = _Connection()
        connection.cursor = lambda *_: _Cursor(told)
        return connection

    engine = create_engine("mysql+pymysql://nobody@nowhere/recorded", creator=connect, _initialize=False)
    dialect: Any = engine.dialect
    dialect.server_version_info, dialect.default_schema_name = (9, 7, 0), "recorded"
    dialect._casing, dialect.use_ansiquotes = 0, False

    @event.listens_for(engine, "before_cursor_execute")
    def learn_columns(_c: Any, cursor: _Cursor, _s: str, _p: Any, context: Any, _many: bool) -> None:
        found = getattr(context.compiled, "_result_columns", None)
        cursor.columns = [each.keyname for each in found] if found else ["value"]

    return engine


@contextmanager
def in_place_of_mysql(told: list[str]) -> Iterator[None]:
    """Let whatever makes an engine by `quartet.engines` meanwhile get a recording one."""
    make = mock.Mock(side_effect=lambda *_, **__: recording_engine(told))
    with mock.patch("quartet.migrations.make_engine", make), mock.patch("quartet.database.make_engine", make):
        yield
