"""catalog's migrations on MySQL: they make what the models say, keep what is there, and only ever add."""

from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine

from catalog.models import Base
from quartet.engines import make_engine
from quartet.testing.contradictions import contradictions
from quartet.testing.revisions import fill, revisions, rows_of, statements_of, tables_of, upgrade

pytestmark = pytest.mark.containers

REVISIONS = revisions("catalog")


@pytest.fixture
def engine(mysql_url: str) -> Iterator[Engine]:
    engine = make_engine(mysql_url)
    yield engine
    engine.dispose()


def upgrade_to(engine: Engine, revision: str) -> None:
    upgrade(engine.url.render_as_string(hide_password=False), "catalog", revision)


def test_migrations_and_models_agree(engine: Engine) -> None:
    upgrade_to(engine, "head")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_migrations_make_the_tables_to_the_letter_as_the_models_would(engine: Engine) -> None:
    """Collations and fractions of seconds too, which no comparison of metadata sees."""
    upgrade_to(engine, "head")
    migrated = statements_of(engine)
    Base.metadata.drop_all(engine)
    Base.metadata.create_all(engine)
    assert migrated == statements_of(engine)


@pytest.mark.parametrize("revision", REVISIONS)
def test_a_filled_database_of_any_revision_keeps_its_rows(engine: Engine, revision: str) -> None:
    upgrade_to(engine, revision)
    before, rows = tables_of(engine), fill(engine)
    assert all(rows.values())
    upgrade_to(engine, "head")
    assert rows_of(engine, before) == rows


def test_code_of_the_revision_before_goes_on_working(engine: Engine) -> None:
    upgrade_to(engine, REVISIONS[0])
    for revision in REVISIONS[1:]:
        before = tables_of(engine)
        upgrade_to(engine, revision)
        assert contradictions(before, tables_of(engine)) == [], revision
