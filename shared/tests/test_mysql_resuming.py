"""A migration that is ended midway, wherever that is, is started again and makes the same schema."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pymysql
import pytest
from sqlalchemy import Connection, Engine, MetaData, event, make_url, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.schema import CreateIndex, CreateTable

from quartet.database import Database
from quartet.migrations import SchemaNotAtHead, check_at_head, migrate
from quartet.testing.mysql import MySQLServer, new_database

pytestmark = pytest.mark.containers

DIE_BEFORE_AN_INDEX = """
import os, signal, sys
from sqlalchemy import Engine, event
from quartet.migrations import migrate

def die(connection, cursor, statement, *_):
    if statement.startswith("CREATE INDEX"):
        os.kill(os.getpid(), signal.SIGKILL)

event.listen(Engine, "before_cursor_execute", die)
migrate(sys.argv[1], "catalog")
"""


@contextmanager
def ended_before(last: int) -> Iterator[list[int]]:
    """Cut the connection before the statement or commit of that number, as when the process is killed there."""
    seen: list[int] = []

    def count(connection: Connection, *_: Any) -> None:
        seen.append(1)
        driven = connection.connection.driver_connection
        assert isinstance(driven, pymysql.Connection)
        if len(seen) == last:
            driven._force_close()  # type: ignore[attr-defined]

    event.listen(Engine, "before_cursor_execute", count)
    event.listen(Engine, "commit", count)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", count)
        event.remove(Engine, "commit", count)


def description(url: str) -> tuple[list[str], list[str]]:
    """The tables with their indexes and keys, and what the revisions put in."""
    database = Database(url)
    check_at_head(database, "catalog")
    found = MetaData()
    found.reflect(database.engine)
    tables = [str(CreateTable(table)) for table in found.sorted_tables]
    indexes = sorted(str(CreateIndex(index)) for table in found.sorted_tables for index in table.indexes)
    with database.reading() as session:
        cursors = session.scalars(text("SELECT feed_position.cursor FROM feed_position")).all()
    database.engine.dispose()
    return tables + indexes, list(cursors)


def test_a_migration_ended_anywhere_is_started_again(mysql: MySQLServer, mysql_url: str) -> None:
    with ended_before(0) as events:
        migrate(mysql_url, "catalog")
    wanted = description(mysql_url)
    assert wanted[1] == ["0"]
    every = 1 if os.environ.get("SLOW") else 5
    for last in range(1, len(events) + 1, every):
        with new_database(mysql) as url:
            with ended_before(last), pytest.raises(SQLAlchemyError):
                migrate(url, "catalog")
            migrate(url, "catalog")
            assert description(url) == wanted, last


def test_a_table_of_somebody_else_is_never_taken_for_ours(mysql: MySQLServer, mysql_url: str) -> None:
    mysql.execute(f"CREATE TABLE {make_url(mysql_url).database}.products (id INTEGER)")
    for _ in range(3):
        with pytest.raises(DBAPIError, match="Table 'products' already exists"):
            migrate(mysql_url, "catalog")
    mysql.execute(f"DROP TABLE {make_url(mysql_url).database}.products")
    migrate(mysql_url, "catalog")


def test_a_killed_process_leaves_no_lock_and_a_schema_that_is_not_ready(mysql_url: str) -> None:
    killed = subprocess.run([sys.executable, "-c", DIE_BEFORE_AN_INDEX, mysql_url], check=False)
    assert killed.returncode == -signal.SIGKILL
    database = Database(mysql_url)
    with pytest.raises(SchemaNotAtHead):
        check_at_head(database, "catalog")
    migrate(mysql_url, "catalog")
    check_at_head(database, "catalog")
    database.engine.dispose()
