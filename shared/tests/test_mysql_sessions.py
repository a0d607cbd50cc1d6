"""What a session on MySQL is like, whatever the server's own defaults are."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import String, select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from quartet import engines
from quartet.database import Database, UTCDateTime, exact, new_metadata
from quartet.testing.mysql import MySQLServer

pytestmark = pytest.mark.containers

MOMENT = datetime(2026, 11, 21, 23, 59, 59, 999999, tzinfo=timezone(timedelta(hours=-8)))
TEXTS = ["👩🏽‍🚀 𝒬uartet 𠜎", "Ελλάδα", "é", "e\u0301", "\N{NULL}\\'\"%s\N{DELETE}"]


class Base(DeclarativeBase):
    metadata = new_metadata()


class Note(Base):
    __tablename__ = "notes"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(exact(64), unique=True)
    text: Mapped[str] = mapped_column(String(64, collation="utf8mb4_0900_ai_ci"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)


@pytest.fixture(scope="module", autouse=True)
def foreign_defaults(mysql: MySQLServer) -> Iterator[None]:
    """A server in Pakistan that was set up in the last century."""
    mysql.execute("SET GLOBAL time_zone = '+05:00'", "SET GLOBAL character_set_server = latin1")
    yield
    mysql.execute("SET GLOBAL time_zone = DEFAULT", "SET GLOBAL character_set_server = DEFAULT")


@pytest.fixture
def database(mysql_url: str) -> Iterator[Database]:
    database = Database(mysql_url)
    yield database
    database.engine.dispose()


def test_the_settings_of_a_session_are_ours(database: Database) -> None:
    with database.writing() as session:
        found = session.execute(
            text(
                "SELECT @@time_zone, @@character_set_client, @@character_set_connection, @@character_set_results,"
                " @@innodb_lock_wait_timeout, @@transaction_isolation"
            )
        ).one()
    assert tuple(found) == ("+00:00", "utf8mb4", "utf8mb4", "utf8mb4", engines.LOCK_WAIT, "READ-COMMITTED")


def test_moments_keep_their_microseconds_and_are_utc(database: Database) -> None:
    Base.metadata.create_all(database.engine)
    with database.writing() as session:
        session.add(Note(key="a", text="", at=MOMENT))
        session.commit()
    with database.reading() as session:
        found = session.scalars(select(Note.at)).one()
        assert (found, found.tzinfo) == (MOMENT, UTC)
        assert session.scalars(text("SELECT CAST(at AS CHAR) FROM notes")).one() == "2026-11-22 07:59:59.999999"
        now = session.scalars(text("SELECT NOW(6)")).one()
    assert abs(now.replace(tzinfo=UTC) - datetime.now(UTC)) < timedelta(hours=1)


def test_text_of_any_script_comes_back_as_it_went(database: Database) -> None:
    Base.metadata.create_all(database.engine)
    with database.writing() as session:
        session.add_all(Note(key=each, text=each, at=MOMENT) for each in TEXTS)
        session.commit()
    with database.reading() as session:
        notes = session.scalars(select(Note).order_by(Note.id)).all()
        assert [(note.key, note.text) for note in notes] == [(each, each) for each in TEXTS]
        for note in notes:
            assert session.scalars(select(Note.id).where(Note.key == note.key)).one() == note.id
