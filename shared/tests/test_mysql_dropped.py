"""Connections that MySQL drops: between requests nobody notices, within one the answer is 503."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pymysql
import pytest
from flask.testing import FlaskClient
from sqlalchemy import make_url, text
from sqlalchemy.orm import Session

from quartet.database import Database
from quartet.testing import AuthServer
from quartet.testing.mysql import MySQLServer, new_database, run_mysql
from quartet.testing.ports import free_port
from quartet.testing.waiting import eventually
from shared.tests.rows import assert_unavailable, count_rows, make_rows, rows_client

pytestmark = pytest.mark.containers

Midway = Callable[[Session], None]
NewClient = Callable[[Midway], FlaskClient]


@pytest.fixture
def database(mysql_url: str) -> Iterator[Database]:
    database = Database(mysql_url)
    make_rows(database)
    yield database
    database.engine.dispose()


@pytest.fixture
def client_with(database: Database, auth_server: AuthServer, tmp_path: Path) -> NewClient:
    return lambda midway: rows_client(database, auth_server, tmp_path, midway)


def nothing(_: Session) -> None:
    pass


def kill(server: MySQLServer, database: Database) -> int:
    """End all connections to the database, as an operator would; return how many there were."""
    name = make_url(database.engine.url).database
    with server.connect() as connection, connection.cursor() as cursor:

        def ids() -> list[int]:
            cursor.execute("SELECT id FROM performance_schema.processlist WHERE db = %s", (name,))
            return [row[0] for row in cursor.fetchall()]

        killed = ids()
        for each in killed:
            cursor.execute("KILL %s", (each,))
        eventually(lambda: not ids())
    return len(killed)


def test_connections_killed_between_requests_go_unnoticed(
    mysql: MySQLServer, database: Database, client_with: NewClient
) -> None:
    client = client_with(nothing)
    with database.reading() as one, database.reading() as two:
        one.execute(text("SELECT 1"))
        two.execute(text("SELECT 1"))
    assert kill(mysql, database) == 2
    assert [client.post("/rows").status_code for _ in range(3)] == [200] * 3
    assert count_rows(database) == 3


def test_a_restart_is_an_outage_while_it_lasts_and_no_longer(auth_server: AuthServer, tmp_path: Path) -> None:
    with run_mysql(free_port()) as server, new_database(server) as url:
        database = Database(url)
        make_rows(database)
        client = rows_client(database, auth_server, tmp_path)
        assert client.post("/rows").status_code == 200
        server.container.stop()
        assert_unavailable(client)
        server.container.start()
        server.wait_until_it_answers()
        assert client.post("/rows").status_code == 200
        assert count_rows(database) == 2
        database.engine.dispose()


def test_a_connection_killed_within_a_transaction_ends_in_503(
    mysql: MySQLServer, database: Database, client_with: NewClient
) -> None:
    def before_the_commit(_: Session) -> None:
        kill(mysql, database)

    def before_a_statement(session: Session) -> None:
        kill(mysql, database)
        session.execute(text("SELECT 1"))

    def within_a_savepoint(session: Session) -> None:
        with session.begin_nested():
            kill(mysql, database)
            session.execute(text("SELECT 1"))

    for midway in (before_the_commit, before_a_statement, within_a_savepoint):
        assert_unavailable(client_with(midway))
    assert count_rows(database) == 0
    assert client_with(nothing).post("/rows").status_code == 200


def test_a_connection_that_the_driver_gave_up_ends_in_503(database: Database, client_with: NewClient) -> None:
    def give_up(session: Session) -> None:
        driven = session.connection().connection.driver_connection
        assert isinstance(driven, pymysql.Connection)
        driven._force_close()  # type: ignore[attr-defined]

    assert_unavailable(client_with(give_up))
    assert count_rows(database) == 0
