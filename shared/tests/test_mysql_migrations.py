"""Migrations on MySQL: several at once, under any name, in any default character set."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import make_url

from quartet import engines
from quartet.database import Database
from quartet.engines import make_engine
from quartet.migrations import _exclusive, check_at_head, head, migrate
from quartet.testing.mysql import MySQLServer
from quartet.testing.waiting import eventually

pytestmark = pytest.mark.containers

MIGRATE = "import sys; from quartet.migrations import migrate; print(migrate(sys.argv[1], 'catalog'))"
LONGEST_NAME = "d" * 64
WAITING = "SELECT COUNT(*) FROM performance_schema.processlist WHERE state = 'User lock' AND time >= 2 AND db = %s"
TABLES = "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = %s"
CHARACTER_SETS = "SELECT DISTINCT character_set_name FROM information_schema.columns WHERE table_schema = %s"


def query(server: MySQLServer, statement: str, database: str | None) -> list[tuple[object, ...]]:
    with server.connect() as connection, connection.cursor() as cursor:
        cursor.execute(statement, (database,))
        return list(cursor.fetchall())


def test_processes_that_migrate_at_once_all_end_well(mysql_url: str) -> None:
    processes = [
        subprocess.Popen([sys.executable, "-c", MIGRATE, mysql_url], stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    outputs = [process.communicate(timeout=120)[0] for process in processes]
    assert outputs == [f"{head('catalog')}\n"] * 2
    assert [process.returncode for process in processes] == [0, 0]
    database = Database(mysql_url)
    check_at_head(database, "catalog")
    database.engine.dispose()


def test_a_migration_waits_for_longer_than_a_statement_may_take(
    mysql: MySQLServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "STATEMENT_TIMEOUT", 1)
    mysql.execute(f"CREATE DATABASE {LONGEST_NAME}")
    engine = make_engine(mysql.url(LONGEST_NAME))
    with ThreadPoolExecutor(1) as pool:
        with engine.connect() as other, _exclusive(other):
            migrating = pool.submit(migrate, mysql.url(LONGEST_NAME), "catalog")
            eventually(lambda: query(mysql, WAITING, LONGEST_NAME) == [(1,)])
            assert query(mysql, TABLES, LONGEST_NAME) == [(0,)]
        assert migrating.result(60) == head("catalog")
    engine.dispose()
    mysql.execute(f"DROP DATABASE {LONGEST_NAME}")


@pytest.mark.parametrize("service", ["auth", "catalog"])
def test_a_database_of_another_character_set_holds_any_text(mysql: MySQLServer, mysql_url: str, service: str) -> None:
    name = make_url(mysql_url).database
    mysql.execute(f"ALTER DATABASE {name} CHARACTER SET latin1")
    migrate(mysql_url, service)
    assert set(query(mysql, CHARACTER_SETS, name)) == {("utf8mb4",), (None,)}
