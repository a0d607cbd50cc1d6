"""Transactions that get in each other's way: the loser begins again where it may, else the answer is 503."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from quartet import engines
from quartet.database import Database
from quartet.retries import TRIES, lost, retried
from quartet.testing import AuthServer
from shared.tests.rows import assert_unavailable, make_rows, rows_client

pytestmark = pytest.mark.containers


@pytest.fixture
def database(mysql_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    monkeypatch.setattr(engines, "LOCK_WAIT", 1)
    database = Database(mysql_url)
    make_rows(database)
    with database.writing() as session:
        session.execute(text("CREATE TABLE tallies (id INTEGER PRIMARY KEY, count INTEGER)"))
        session.execute(text("INSERT INTO tallies VALUES (1, 0), (2, 0)"))
        session.commit()
    yield database
    database.engine.dispose()


def add(session: Session, tally: int) -> None:
    session.execute(text("UPDATE tallies SET count = count + 1 WHERE id = :id"), {"id": tally})


def counts(database: Database) -> list[int]:
    with database.reading() as session:
        return list(session.scalars(text("SELECT count FROM tallies ORDER BY id")))


class Rival:
    """Adds to tally 2, then to 1, and wins every deadlock, since it has more to lose."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.has_two = threading.Event()
        self.other_has_one = threading.Event()

    def run(self) -> None:
        with self.database.writing() as session:
            for _ in range(20):
                session.execute(text("INSERT INTO hunter2 VALUES (1)"))
            add(session, 2)
            self.has_two.set()
            assert self.other_has_one.wait(20)
            add(session, 1)
            session.commit()

    def met_by(self, session: Session, within: Callable[[Session], None] = lambda session: add(session, 2)) -> None:
        """Add to tally 1, then do what needs tally 2."""
        assert self.has_two.wait(20)
        add(session, 1)
        self.other_has_one.set()
        within(session)


@pytest.fixture
def rival(database: Database) -> Iterator[Rival]:
    rival = Rival(database)
    with ThreadPoolExecutor(1) as pool:
        won = pool.submit(rival.run)
        yield rival
        won.result(20)


def in_a_savepoint(session: Session) -> None:
    with session.begin_nested():
        add(session, 2)


@pytest.mark.parametrize("within", [lambda session: add(session, 2), in_a_savepoint])
def test_the_loser_of_a_deadlock_begins_again(
    database: Database, rival: Rival, within: Callable[[Session], None]
) -> None:
    tries = []

    @retried
    def add_to_both() -> str:
        tries.append(1)
        with database.writing() as session:
            rival.met_by(session, within)
            session.commit()
        return "done"

    assert add_to_both() == "done"
    assert len(tries) == 2
    assert counts(database) == [2, 2]


def test_a_deadlock_that_is_not_begun_again_ends_in_503(
    database: Database, rival: Rival, auth_server: AuthServer, tmp_path: Path
) -> None:
    assert_unavailable(rows_client(database, auth_server, tmp_path, rival.met_by))


def test_who_waited_for_a_lock_for_too_long_begins_again(database: Database) -> None:
    holder = Session(database.engine)
    add(holder, 1)
    failures: list[BaseException] = []

    @retried
    def add_to_one() -> None:
        if failures:
            holder.commit()
        with database.writing() as session:
            try:
                add(session, 1)
            except OperationalError as error:
                failures.append(error)
                raise
            session.commit()

    add_to_one()
    holder.close()
    assert ["1205" in str(failure) for failure in failures] == [True]
    assert counts(database) == [2, 0]


@pytest.mark.parametrize(("code", "tries"), [(1213, TRIES), (1205, TRIES), (1290, 1), (2013, 1)])
def test_only_lost_transactions_begin_again_and_not_for_ever(database: Database, code: int, tries: int) -> None:
    fail = f"SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = {code}, MESSAGE_TEXT = 'lost'"
    tried = []
    with database.writing() as session:
        session.execute(text(f"CREATE PROCEDURE fail() {fail}"))

    @retried
    def work() -> None:
        tried.append(1)
        with database.writing() as session:
            session.execute(text("CALL fail()"))

    with pytest.raises(OperationalError, match="lost"):
        work()
    assert len(tried) == tries


def test_a_broken_rule_is_not_a_lost_transaction(database: Database) -> None:
    with database.writing() as session, pytest.raises(IntegrityError) as failure:
        session.execute(text("INSERT INTO tallies VALUES (1, 0)"))
    assert not lost(failure.value)
