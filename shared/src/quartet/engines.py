"""Engines: how this platform talks to MySQL, its store in production, and to SQLite, its embedded default."""

from typing import Any

from sqlalchemy import Connection, Engine, ExceptionContext, create_engine, event, make_url
from sqlalchemy.engine.interfaces import IsolationLevel

CONNECT_TIMEOUT = 3
STATEMENT_TIMEOUT = 15
LOCK_WAIT = 5

SERVER_SHUTDOWN, OPTION_PREVENTS_STATEMENT, READ_ONLY_MODE = 1053, 1290, 1836
NO_LONGER_PRIMARY = {SERVER_SHUTDOWN, OPTION_PREVENTS_STATEMENT, READ_ONLY_MODE}


def make_engine(
    url: str, *, isolation_level: IsolationLevel = "READ COMMITTED", statements_may_last: bool = False
) -> Engine:
    """Return the engine of `url`, unconnected; SQLite knows one isolation level only, its own.

    A statement ends after STATEMENT_TIMEOUT seconds, or lasts as long as it takes where `statements_may_last`.
    TLS is asked for in the query of a MySQL URL: `ssl_ca`, `ssl_check_hostname` (see `DatabaseSettings`).
    """
    if make_url(url).get_backend_name() == "sqlite":
        return _sqlite(url)
    return _mysql(url, isolation_level, None if statements_may_last else STATEMENT_TIMEOUT)


def error_code(error: BaseException | None) -> int | None:
    """Return MySQL's number of a driver's error, or None where it has none."""
    code = error.args[0] if error is not None and error.args else None
    return code if isinstance(code, int) else None


def _mysql(url: str, isolation_level: IsolationLevel, statement_timeout: int | None) -> Engine:
    engine = create_engine(
        url,
        isolation_level=isolation_level,
        pool_pre_ping=True,
        pool_recycle=1800,
        pool_timeout=CONNECT_TIMEOUT,
        hide_parameters=True,
        connect_args={
            "charset": "utf8mb4",
            "connect_timeout": CONNECT_TIMEOUT,
            "read_timeout": statement_timeout,
            "write_timeout": statement_timeout,
            "init_command": f"SET time_zone = '+00:00', innodb_lock_wait_timeout = {LOCK_WAIT}",
        },
    )

    @event.listens_for(engine, "handle_error")
    def leave_a_former_primary(context: ExceptionContext) -> None:
        # It goes on answering pings: only the end of all pooled connections leads the next ones to its successor.
        if error_code(context.original_exception) in NO_LONGER_PRIMARY:
            context.is_disconnect = True

    return engine


def _sqlite(url: str) -> Engine:
    engine = create_engine(url, connect_args={"timeout": LOCK_WAIT}, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        # We write BEGIN ourselves: a deferred one that comes to write fails at once when another writes.
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writing = connection.get_execution_options().get("quartet_writing", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine
