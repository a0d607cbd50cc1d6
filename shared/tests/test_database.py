"""Sessions on a real SQLite file."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from quartet.database import Database, UTCDateTime, new_metadata
from quartet.migrations import SchemaNotAtHead, check_at_head

WRITERS = 16


class Base(DeclarativeBase):
    metadata = new_metadata()


class Tally(Base):
    __tablename__ = "tallies"

    id: Mapped[int] = mapped_column(primary_key=True)
    count: Mapped[int]
    at: Mapped[datetime | None] = mapped_column(UTCDateTime)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'tallies.db'}")
    Base.metadata.create_all(database.engine)
    with database.writing() as session:
        session.add(Tally(id=1, count=0))
        session.commit()
    yield database
    database.engine.dispose()


def count(database: Database) -> int:
    with database.reading() as session:
        return session.scalars(select(Tally.count)).one()


def test_writers_at_once_wait_for_each_other(database: Database) -> None:
    def read_then_write(_: int) -> None:
        with database.writing() as session:
            tally = session.scalars(select(Tally)).one()
            tally.count += 1
            session.commit()

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(read_then_write, range(WRITERS * 10)))
    assert count(database) == WRITERS * 10


def test_leaving_without_a_commit_changes_nothing(database: Database) -> None:
    with database.writing() as session:
        session.scalars(select(Tally)).one().count = 7
        session.flush()
    assert count(database) == 0


def test_readers_do_not_wait_for_a_writer(database: Database) -> None:
    with database.writing() as session:
        session.scalars(select(Tally)).one().count = 7
        session.flush()
        assert count(database) == 0


def test_a_writer_does_not_wait_for_readers(database: Database) -> None:
    with database.reading() as reading:
        before = reading.scalars(select(Tally.count)).one()
        with database.writing() as session:
            session.scalars(select(Tally)).one().count = 7
            session.commit()
        assert reading.scalars(select(Tally.count)).one() == before
    assert count(database) == 7


def test_moments_keep_their_microseconds_and_are_utc(database: Database) -> None:
    moment = datetime(2026, 11, 21, 10, 30, 0, 123456, tzinfo=timezone(timedelta(hours=2)))
    with database.writing() as session:
        session.scalars(select(Tally)).one().at = moment
        session.commit()
    with database.reading() as session:
        found = session.scalars(select(Tally.at)).one()
    assert found == moment
    assert found is not None
    assert found.tzinfo is UTC


def test_a_moment_without_a_time_zone_is_refused(database: Database) -> None:
    with database.writing() as session:
        session.scalars(select(Tally)).one().at = datetime(2026, 11, 21, 10, 30)  # noqa: DTZ001
        with pytest.raises(StatementError, match="time zone"):
            session.flush()


def test_foreign_keys_are_enforced(database: Database) -> None:
    with database.reading() as session:
        assert session.execute(text("PRAGMA foreign_keys")).scalar() == 1


def test_an_empty_schema_is_not_at_head(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'empty.db'}")
    with pytest.raises(SchemaNotAtHead, match="auth migrate"):
        check_at_head(database, "auth")
    database.engine.dispose()
