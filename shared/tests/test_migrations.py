"""Migrations, as an operator starts them: several at once, and again."""

import fcntl
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from quartet.database import Database
from quartet.migrations import SchemaNotAtHead, check_at_head, head, migrate

MIGRATE = """
import sys
from quartet.migrations import migrate
print("migrating", flush=True)
print(migrate(sys.argv[1], "catalog"))
"""


def start(url: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", MIGRATE, url], stdout=subprocess.PIPE, text=True)


def test_processes_that_migrate_at_once_all_end_well(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'catalog.db'}"
    processes = [start(url) for _ in range(3)]
    outputs = [process.communicate(timeout=60)[0] for process in processes]
    assert outputs == [f"migrating\n{head('catalog')}\n"] * 3
    assert [process.returncode for process in processes] == [0] * 3
    database = Database(url)
    check_at_head(database, "catalog")
    database.engine.dispose()


def test_a_migration_waits_for_the_one_under_way(tmp_path: Path) -> None:
    file = tmp_path / "catalog.db"
    with Path(f"{file}.migrating").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        process = start(f"sqlite:///{file}")
        assert process.stdout
        assert process.stdout.readline() == "migrating\n"
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.5)
        connection = sqlite3.connect(file)
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == []
        connection.close()
    process.communicate(timeout=60)
    assert process.returncode == 0


def stamped(folder: Path, revision: str) -> Database:
    """A database at head that says it is at another revision."""
    url = f"sqlite:///{folder / 'catalog.db'}"
    migrate(url, "catalog")
    connection = sqlite3.connect(folder / "catalog.db")
    connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))
    connection.commit()
    connection.close()
    return Database(url)


def test_an_older_schema_is_not_at_head(tmp_path: Path) -> None:
    database = stamped(tmp_path, "0001")
    with pytest.raises(SchemaNotAtHead, match="catalog migrate"):
        check_at_head(database, "catalog")
    database.engine.dispose()


def test_while_a_newer_version_takes_over_the_old_one_goes_on_with_its_schema(tmp_path: Path) -> None:
    database = stamped(tmp_path, "9999")
    check_at_head(database, "catalog")
    database.engine.dispose()


def test_an_older_version_leaves_a_newer_schema_as_it_is(tmp_path: Path) -> None:
    database = stamped(tmp_path, "9999")
    assert migrate(f"sqlite:///{tmp_path / 'catalog.db'}", "catalog") == "9999"
    check_at_head(database, "catalog")
    database.engine.dispose()
