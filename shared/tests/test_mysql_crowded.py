"""No connection to spare, in our pool or in MySQL: 503 until there is one."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import QueuePool, make_url

from quartet import engines
from quartet.database import Database
from quartet.testing import AuthServer
from quartet.testing.mysql import MySQLServer
from shared.tests.rows import assert_unavailable, make_rows, rows_client

pytestmark = pytest.mark.containers


@pytest.fixture
def database(mysql_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    monkeypatch.setattr(engines, "CONNECT_TIMEOUT", 1)
    database = Database(mysql_url)
    make_rows(database)
    yield database
    database.engine.dispose()


def test_a_pool_without_a_connection_to_spare_ends_in_503(
    database: Database, auth_server: AuthServer, tmp_path: Path
) -> None:
    client = rows_client(database, auth_server, tmp_path)
    pool = database.engine.pool
    assert isinstance(pool, QueuePool)
    with ExitStack() as held:
        for _ in range(pool.size() + pool._max_overflow):
            held.enter_context(database.engine.connect())
        assert_unavailable(client)
    assert client.post("/rows").status_code == 200


def test_a_server_without_a_connection_to_spare_ends_in_503(
    mysql: MySQLServer, database: Database, auth_server: AuthServer, tmp_path: Path
) -> None:
    url = make_url(database.engine.url)
    mysql.execute(
        "CREATE USER crowded IDENTIFIED BY 'crowded' WITH MAX_USER_CONNECTIONS 1",
        f"GRANT ALL ON {url.database}.* TO crowded",
    )
    one_at_a_time = Database(url.set(username="crowded", password="crowded").render_as_string(hide_password=False))
    client = rows_client(one_at_a_time, auth_server, tmp_path)
    with one_at_a_time.engine.connect():
        assert_unavailable(client)
    assert client.post("/rows").status_code == 200
    one_at_a_time.engine.dispose()
    mysql.execute("DROP USER crowded")
