"""Deadlocks: the loser begins again where it may, else the answer is 503."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from quartet.database import Database
from quartet.retries import retried
from quartet.testing import AuthServer
from shared.tests.rivals import Rival, add, counts, tallies
from shared.tests.rows import assert_unavailable, rows_client

pytestmark = pytest.mark.containers


@pytest.fixture
def database(mysql_url: str) -> Iterator[Database]:
    with tallies(mysql_url) as database:
        yield database


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
