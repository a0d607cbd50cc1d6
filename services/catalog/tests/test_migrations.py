"""The migrations make exactly the tables that the models describe, once, however often they are started."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from click.testing import CliRunner
from sqlalchemy.dialects import mysql
from sqlalchemy.schema import CreateTable

import auth.models
from catalog.cli import main
from catalog.models import Base, Product
from quartet.database import Database
from quartet.migrations import migrate
from quartet.testing.revisions import revisions


def test_migrations_and_models_agree(database: Database) -> None:
    with database.engine.connect() as connection:
        of_mysql = {index for table in Base.metadata.tables.values() for index in table.indexes if index.dialect_kwargs}
        options = {"compare_type": True, "include_object": lambda each, *_: each not in of_mysql}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []


def test_migrations_started_at_once_all_end_well(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'catalog.db'}"
    with ThreadPoolExecutor(4) as pool:
        revisions = list(pool.map(lambda _: migrate(url, "catalog"), range(4)))
    assert len(set(revisions)) == 1
    with sqlite3.connect(tmp_path / "catalog.db") as connection:
        assert connection.execute("SELECT cursor FROM feed_position").fetchall() == [("0",)]
    connection.close()


def test_the_command_tells_the_revision_and_may_be_repeated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'catalog.db'}")
    for _ in range(2):
        result = CliRunner().invoke(main, ["migrate"])
        assert (result.exit_code, result.output) == (0, f"catalog: the schema is at {revisions('catalog')[-1]}\n")


def test_services_share_no_metadata() -> None:
    assert set(Base.metadata.tables) == {"owners", "products", "feed_position", "keyed_requests"}
    assert not set(Base.metadata.tables) & set(auth.models.Base.metadata.tables)


def test_mysql_keeps_prices_as_decimals_and_moments_with_microseconds() -> None:
    table = str(CreateTable(Product.__table__).compile(dialect=mysql.dialect()))  # type: ignore[arg-type]
    assert "price NUMERIC(19, 4) NOT NULL" in table
    assert "created_at DATETIME(6) NOT NULL" in table
