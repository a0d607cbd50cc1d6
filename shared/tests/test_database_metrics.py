"""What is told of a database: its connections at this moment, and how its transactions ended."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client import REGISTRY
from pymysql.err import OperationalError as MySQLError
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from quartet.database import Database
from quartet.errors import NotFound
from quartet.retries import DEADLOCK, LOCK_WAIT_TIMEOUT, TRIES, retried
from quartet.testing.growth import Growth


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'some.db'}")
    yield database
    database.engine.dispose()


def lost_to_another(code: int) -> OperationalError:
    return OperationalError("UPDATE …", None, MySQLError(code, "lost"))


def test_connections_are_in_use_then_idle_then_gone(database: Database) -> None:
    connections = Growth("quartet_database_connections")
    with database.reading() as one, database.reading() as other:
        one.execute(text("SELECT 1"))
        other.execute(text("SELECT 1"))
        assert connections.by_label() == {"in_use": 2}
    assert connections.by_label() == {"idle": 2}
    with database.reading() as session:
        session.execute(text("SELECT 1"))
        assert connections.by_label() == {"in_use": 1, "idle": 1}
    database.engine.dispose()
    assert connections.by_label() == {}


def test_a_connection_that_breaks_in_use_is_gone(database: Database) -> None:
    connections = Growth("quartet_database_connections")
    with database.reading() as session:
        session.connection().invalidate()
        assert connections.by_label() == {}
    assert connections.by_label() == {}


def test_the_limit_is_that_of_the_pool(database: Database) -> None:
    del database
    assert REGISTRY.get_sample_value("quartet_database_connections_limit") == 15


def test_transactions_are_counted_by_what_became_of_them(database: Database) -> None:
    transactions = Growth("quartet_database_transactions_total")
    times = Growth("quartet_database_transaction_duration_seconds_count")
    with database.writing() as session:
        session.execute(text("CREATE TABLE things (id INTEGER)"))
        session.commit()
    with database.reading() as session:
        session.execute(text("SELECT * FROM things"))
    with database.writing() as session:
        session.execute(text("DELETE FROM things"))
    with pytest.raises(NotFound), database.writing():
        raise NotFound
    with pytest.raises(OperationalError), database.reading() as session:
        session.execute(text("SELECT * FROM nowhere"))
    assert transactions.by_label() == {"committed": 2, "rolled_back": 2, "unavailable": 1}
    assert times.total() == 5


@pytest.mark.parametrize(("code", "reason"), [(DEADLOCK, "deadlock"), (LOCK_WAIT_TIMEOUT, "lock_wait")])
def test_a_transaction_begun_again_is_counted_by_its_reason(database: Database, code: int, reason: str) -> None:
    retries, transactions = Growth("quartet_database_retries_total"), Growth("quartet_database_transactions_total")

    @retried
    def work() -> None:
        with database.writing():
            raise lost_to_another(code)

    with pytest.raises(OperationalError):
        work()
    assert retries.by_label() == {reason: TRIES - 1}
    assert transactions.by_label() == {"rolled_back": TRIES}
