"""Schema migrations: Alembic, run as a step of its own (`<service> migrate`), never by web workers."""

import fcntl
import functools
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import click
from alembic import command, context
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, make_url, text

from quartet.database import Database, DatabaseSettings
from quartet.engines import make_engine
from quartet.resuming import resumable
from quartet.settings import load

LOCK_WAIT = 120

AnySettings = TypeVar("AnySettings", bound=DatabaseSettings)


class SchemaNotAtHead(Exception):
    """The database has another schema than this code wants; `<service> migrate` brings it up."""


def add_command(
    group: click.Group, settings: type[AnySettings], then: Callable[[AnySettings], None] | None = None
) -> None:
    """Give a service's commands `migrate`; `then` is called with the settings when the schema is there."""
    service = settings.service

    @group.command("migrate")
    def migrate_schema() -> None:
        """Bring the database to the newest schema."""
        values = load(settings)
        revision = migrate(values.database, service)
        if then is not None:
            then(values)
        click.echo(f"{service}: the schema is at {revision}")


def migrate(url: str, package: str) -> str:
    """Bring the database at `url` to the newest schema of `package`; return that revision.

    A schema that a newer version has made is left as it is: this code can work on it (see `check_at_head`). Two calls
    at once are safe: the second waits for the first (at most LOCK_WAIT seconds). One that was ended midway is started
    again: SQLite knows nothing of it, MySQL goes on where it ended (see `quartet.resuming`).
    """
    config = _config(package)
    engine = make_engine(url, statements_may_last=True).execution_options(quartet_writing=True)
    with engine.connect() as connection, _exclusive(connection):
        found = _newer_than(package, connection)
        if found is None:
            _hold_any_text(connection)
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()
    engine.dispose()
    return found or head(package)


@functools.cache
def head(package: str) -> str:
    """Return the newest revision that `package` has; read from disk once, since every readiness probe asks."""
    return str(ScriptDirectory.from_config(_config(package)).get_current_head())


def check_at_head(database: Database, package: str) -> None:
    """Return when the schema is the one that this code wants, or a newer version's.

    A new version migrates while the old one goes on, so no migration takes away what the version before it uses.

    Raises:
        SchemaNotAtHead: when it is not; a database away raises what SQLAlchemy raises.
    """
    with database.engine.connect() as connection:
        if _revision(connection) != head(package) and _newer_than(package, connection) is None:
            raise SchemaNotAtHead(f"run `{package} migrate`")


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _newer_than(package: str, connection: Connection) -> str | None:
    """Return the schema's revision if this code does not know it: only a newer version can have made that."""
    revision = _revision(connection)
    return revision if revision not in {None, *_revisions(package)} else None


@functools.cache
def _revisions(package: str) -> frozenset[str]:
    return frozenset(each.revision for each in ScriptDirectory.from_config(_config(package)).walk_revisions())


def run_environment(metadata: MetaData) -> None:
    """What each service's migrations/env.py does: run the migrations on the connection that is given, or make one."""
    connection = context.config.attributes.get("connection")
    if connection is None:
        url = context.config.get_main_option("sqlalchemy.url") or ""
        with make_engine(url, statements_may_last=True).connect() as made:
            _configure(made, metadata)
            with context.begin_transaction():
                context.run_migrations()
            made.commit()
    else:
        _configure(connection, metadata)
        with context.begin_transaction(), resumable(context.get_context()):
            context.run_migrations()


def _configure(connection: Connection, metadata: MetaData) -> None:
    sqlite = connection.dialect.name == "sqlite"
    context.configure(connection, target_metadata=metadata, compare_type=True, render_as_batch=sqlite)


def _config(package: str) -> Config:
    config = Config()
    config.set_main_option("script_location", f"{package}:migrations")
    config.set_main_option("path_separator", "os")
    return config


def _hold_any_text(connection: Connection) -> None:
    """Let tables that name no character set hold all of Unicode, also where the server's default is another."""
    if connection.dialect.name == "sqlite":
        return
    if connection.scalar(text("SELECT @@character_set_database")) != "utf8mb4":
        connection.execute(text("ALTER DATABASE CHARACTER SET utf8mb4"))


@contextmanager
def _exclusive(connection: Connection) -> Iterator[None]:
    """Hold the advisory lock of migrations for as long as the block runs."""
    url = make_url(connection.engine.url)
    if connection.dialect.name == "sqlite":
        with Path(f"{url.database}.migrating").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
        return
    # The name of a lock has at most 64 characters, as many as that of a database.
    name = f"quartet-migrate-{hashlib.sha256(str(url.database).encode()).hexdigest()[:32]}"
    got = connection.execute(text("SELECT GET_LOCK(:name, :wait)"), {"name": name, "wait": LOCK_WAIT}).scalar()
    if got != 1:
        raise TimeoutError("another migration has been running for too long")
    try:
        yield
    finally:
        connection.execute(text("SELECT RELEASE_LOCK(:name)"), {"name": name})
