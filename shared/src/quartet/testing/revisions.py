"""What a service's migrations do to a database, revision by revision, and to the code of the revision before."""

import re
from datetime import datetime
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import (
    Column,
    DateTime,
    Engine,
    MetaData,
    String,
    insert,
    select,
    text,
)

from quartet.engines import make_engine

Rows = dict[str, list[dict[str, Any]]]


def revisions(package: str) -> list[str]:
    """Return all revisions, the oldest first."""
    scripts = ScriptDirectory.from_config(_config(package)).walk_revisions()
    return [script.revision for script in scripts][::-1]


def upgrade(url: str, package: str, revision: str) -> None:
    config = _config(package)
    engine = make_engine(url).execution_options(quartet_writing=True)
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        connection.commit()
    engine.dispose()


def tables_of(engine: Engine) -> MetaData:
    """Return the tables that are there, as the database tells them."""
    metadata = MetaData()
    metadata.reflect(engine)
    metadata.remove(metadata.tables["alembic_version"])
    return metadata


def statements_of(engine: Engine) -> dict[str, str]:
    """Return for each table the statement that makes it, with types, collations, keys and indexes (MySQL only)."""
    with engine.connect() as connection:
        made = {
            name: str(connection.execute(text(f"SHOW CREATE TABLE {name}")).one()[1])
            for name in connection.execute(text("SHOW TABLES")).scalars().all()
            if name != "alembic_version"
        }
    return {name: _in_any_order(statement) for name, statement in made.items()}


def _in_any_order(statement: str) -> str:
    lines = re.sub(r" AUTO_INCREMENT=\d+|,$", "", statement, flags=re.MULTILINE).split("\n")
    return "\n".join(sorted(lines))


def fill(engine: Engine) -> Rows:
    """Give every table a row and return what is in them."""
    metadata = tables_of(engine)
    with engine.begin() as connection:
        for table in metadata.sorted_tables:
            if connection.execute(select(table)).first() is None:
                connection.execute(insert(table).values({column.name: _example(column) for column in table.columns}))
    return rows_of(engine, metadata)


def rows_of(engine: Engine, metadata: MetaData) -> Rows:
    """Return what is in those tables and columns that `metadata` knows."""
    with engine.connect() as connection:
        return {
            table.name: [dict(row) for row in connection.execute(select(table)).mappings()]
            for table in metadata.sorted_tables
        }


def _example(column: Column[Any]) -> Any:
    if isinstance(column.type, String):
        return "1é😀"[: column.type.length]
    if isinstance(column.type, DateTime):
        return datetime(2026, 11, 21, 9, 30, 0, 123456)  # noqa: DTZ001  (as the database keeps it)
    return 1


def _config(package: str) -> Config:
    config = Config()
    config.set_main_option("script_location", f"{package}:migrations")
    config.set_main_option("path_separator", "os")
    return config
