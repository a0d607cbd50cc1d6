"""Transactions that want the same rows, for the tests of who loses."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import text
from sqlalchemy.orm import Session

from quartet.database import Database
from shared.tests.rows import make_rows


@contextmanager
def tallies(url: str) -> Iterator[Database]:
    """Yield a database with the tallies 1 and 2, both at 0."""
    database = Database(url)
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
