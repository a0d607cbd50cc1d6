"""Failover: a primary that became read-only is left at once, and used again when it may be written to."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import make_url, text
from sqlalchemy.exc import OperationalError

from quartet.database import Database
from quartet.testing import AuthServer
from quartet.testing.mysql import MySQLServer
from shared.tests.rows import assert_unavailable, count_rows, make_rows, rows_client

pytestmark = pytest.mark.containers

CONNECTION_ID = text("SELECT CONNECTION_ID()")


@pytest.fixture
def database(mysql: MySQLServer, mysql_url: str) -> Iterator[Database]:
    """A database as a service has it, of a user without special rights; those of root ignore `read_only`."""
    url = make_url(mysql_url)
    mysql.execute("CREATE USER service IDENTIFIED BY 'service'", f"GRANT ALL ON {url.database}.* TO service")
    database = Database(url.set(username="service", password="service").render_as_string(hide_password=False))
    make_rows(database)
    yield database
    database.engine.dispose()
    mysql.execute("SET GLOBAL read_only = OFF", "DROP USER service")


@pytest.fixture
def client(database: Database, auth_server: AuthServer, tmp_path: Path) -> FlaskClient:
    return rows_client(database, auth_server, tmp_path)


@pytest.mark.parametrize("option", ["read_only", "super_read_only"])
def test_a_read_only_server_is_an_outage_until_writes_are_allowed_again(
    mysql: MySQLServer, database: Database, client: FlaskClient, option: str
) -> None:
    assert client.post("/rows").status_code == 200
    mysql.execute(f"SET GLOBAL {option} = ON")
    for _ in range(3):
        assert_unavailable(client)
    assert count_rows(database) == 1
    mysql.execute("SET GLOBAL read_only = OFF")
    assert client.post("/rows").status_code == 200
    assert count_rows(database) == 2


def test_a_server_that_turns_read_only_within_a_transaction_takes_none_of_it(
    mysql: MySQLServer, database: Database, auth_server: AuthServer, tmp_path: Path
) -> None:
    client = rows_client(database, auth_server, tmp_path, lambda _: mysql.execute("SET GLOBAL read_only = ON"))
    assert_unavailable(client)
    mysql.execute("SET GLOBAL read_only = OFF")
    assert count_rows(database) == 0


@pytest.mark.parametrize("code", [1053, 1290, 1836])
def test_no_pooled_connection_to_a_former_primary_is_used_again(
    mysql: MySQLServer, database: Database, code: int
) -> None:
    mysql.execute(
        f"CREATE PROCEDURE {database.engine.url.database}.refuse() "
        f"SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = {code}, MESSAGE_TEXT = 'refused'"
    )
    with database.reading() as idle, database.writing() as session:
        before = {idle.scalar(CONNECTION_ID), session.scalar(CONNECTION_ID)}
        with pytest.raises(OperationalError, match="refused"):
            session.execute(text("CALL refuse()"))
    with database.reading() as one, database.reading() as two:
        assert before.isdisjoint({one.scalar(CONNECTION_ID), two.scalar(CONNECTION_ID)})


def test_other_errors_cost_no_connection(database: Database) -> None:
    with database.reading() as session:
        before = session.scalar(CONNECTION_ID)
    with database.writing() as session, pytest.raises(OperationalError, match="Unknown column"):
        session.execute(text("SELECT nothing FROM hunter2"))
    with database.reading() as session:
        assert session.scalar(CONNECTION_ID) == before
