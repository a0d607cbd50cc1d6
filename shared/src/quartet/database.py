"""Database sessions: MySQL in production, SQLite as the embedded default, the same code.

Leaving `reading` or `writing` without a commit rolls back; a use case says `session.commit()` when all is well.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, cast

from flask import Flask, Response, current_app
from pydantic import Field
from sqlalchemy import (
    BigInteger,
    CursorResult,
    Dialect,
    Integer,
    MetaData,
    String,
    TypeDecorator,
    UpdateBase,
    make_url,
    text,
)
from sqlalchemy.dialects import mysql
from sqlalchemy.engine.interfaces import IsolationLevel
from sqlalchemy.orm import Session
from sqlalchemy.types import DateTime

from quartet import problems
from quartet.database_metrics import UNAVAILABLE, observe_pool, observed_transaction
from quartet.engines import make_engine
from quartet.errors import Unavailable
from quartet.settings import Authority, Settings

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class DatabaseUnavailable(Unavailable):
    code = "unavailable"


class DatabaseSettings(Settings):
    """The settings of a service that has a database."""

    database_url: str = Field(default="", description="SQLAlchemy URL; SQLite in the state folder by default.")
    database_tls_ca: Authority | None = Field(
        default=None,
        description="File (PEM) with the authority of MySQL's certificate; TLS is then a must, for the host's name.",
    )

    @property
    def database(self) -> str:
        """The URL of the database, with all that a connection needs."""
        url = make_url(self.database_url or f"sqlite:///{(self.state_path / self.service).resolve()}.db")
        if self.database_tls_ca is not None and url.get_backend_name() != "sqlite":
            url = url.update_query_dict({"ssl_ca": str(self.database_tls_ca.resolve()), "ssl_check_hostname": "true"})
        return url.render_as_string(hide_password=False)


def new_metadata() -> MetaData:
    """Return metadata whose constraints have names, so that migrations can name them."""
    return MetaData(naming_convention=NAMING)


Id = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts up only an INTEGER key


def exact(length: int) -> String:
    """Return a text type that compares by bytes, on MySQL too, whose default takes é for e."""
    return String(length).with_variant(mysql.VARCHAR(length, charset="utf8mb4", collation="utf8mb4_bin"), "mysql")


class UTCDateTime(TypeDecorator[datetime]):
    """A moment with microseconds, stored in UTC; plain DATETIME would round to seconds on MySQL."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        kind = mysql.DATETIME(fsp=6) if dialect.name == "mysql" else DateTime()
        return dialect.type_descriptor(kind)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without its time zone")  # it would be taken for this machine's
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        del dialect
        return None if value is None else value.replace(tzinfo=UTC)


class _WritingSession(Session):
    """A session that knows whether it was committed."""

    is_committed = False

    def commit(self) -> None:
        super().commit()
        self.is_committed = True


class Database:
    """One database. Nothing is connected before the first use, so that a forked worker has connections of its own."""

    def __init__(self, url: str, *, isolation_level: IsolationLevel = "READ COMMITTED") -> None:
        self.engine = make_engine(url, isolation_level=isolation_level)
        observe_pool(self.engine)
        self._writer = self.engine.execution_options(quartet_writing=True)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Yield a session for reads; on SQLite it takes no write lock."""
        with observed_transaction(lambda: True), Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Yield a session for reads and writes; on SQLite it holds the write lock from its start."""
        session = _WritingSession(self._writer, expire_on_commit=False)
        with observed_transaction(lambda: session.is_committed), session:
            yield session

    def check(self) -> None:
        """Return when the database answers, else raise."""
        with self.reading() as session:
            session.execute(text("SELECT 1"))


def rows_changed(session: Session, statement: UpdateBase) -> int:
    """Run an update or a deletion and return how many rows it found."""
    return cast(CursorResult[Any], session.execute(statement)).rowcount


def init_app(app: Flask) -> None:
    """Answer 503 while the database is away, locked, or has no connection to spare."""

    def unavailable(error: Exception) -> Response:
        current_app.logger.error("database unavailable", extra={"reason": str(error.args[0] if error.args else error)})
        return problems.render(DatabaseUnavailable())

    for kind in UNAVAILABLE:
        app.register_error_handler(kind, unavailable)
