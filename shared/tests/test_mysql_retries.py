"""Which failed transactions begin again, and how often."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from quartet import engines
from quartet.database import Database
from quartet.retries import TRIES, lost, retried
from shared.tests.rivals import add, counts, tallies

pytestmark = pytest.mark.containers


@pytest.fixture
def database(mysql_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    monkeypatch.setattr(engines, "LOCK_WAIT", 1)
    with tallies(mysql_url) as database:
        yield database


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
