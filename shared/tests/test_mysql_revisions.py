"""The services' migrations on MySQL: they make what the models say, keep what is there, and only ever add."""

import importlib
from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, MetaData

from quartet.engines import make_engine
from quartet.testing.contradictions import contradictions
from quartet.testing.revisions import fill, revisions, rows_of, statements_of, tables_of, upgrade

pytestmark = pytest.mark.containers

SERVICES = ("auth", "catalog")
REVISIONS = [(service, revision) for service in SERVICES for revision in revisions(service)]


@pytest.fixture
def engine(mysql_url: str) -> Iterator[Engine]:
    engine = make_engine(mysql_url)
    yield engine
    engine.dispose()


def upgrade_to(engine: Engine, service: str, revision: str) -> None:
    upgrade(engine.url.render_as_string(hide_password=False), service, revision)


def models_of(service: str) -> MetaData:
    metadata = importlib.import_module(f"{service}.models").Base.metadata
    assert isinstance(metadata, MetaData)
    return metadata


@pytest.mark.parametrize("service", SERVICES)
def test_migrations_and_models_agree(engine: Engine, service: str) -> None:
    upgrade_to(engine, service, "head")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, models_of(service)) == []


@pytest.mark.parametrize("service", SERVICES)
def test_migrations_make_the_tables_to_the_letter_as_the_models_would(engine: Engine, service: str) -> None:
    """Collations and fractions of seconds too, which no comparison of metadata sees."""
    upgrade_to(engine, service, "head")
    migrated = statements_of(engine)
    models_of(service).drop_all(engine)
    models_of(service).create_all(engine)
    assert migrated == statements_of(engine)


@pytest.mark.parametrize(("service", "revision"), REVISIONS)
def test_a_filled_database_of_any_revision_keeps_its_rows(engine: Engine, service: str, revision: str) -> None:
    upgrade_to(engine, service, revision)
    before, rows = tables_of(engine), fill(engine)
    assert all(rows.values())
    upgrade_to(engine, service, "head")
    assert rows_of(engine, before) == rows


@pytest.mark.parametrize("service", SERVICES)
def test_code_of_the_revision_before_goes_on_working(engine: Engine, service: str) -> None:
    first, *later = revisions(service)
    upgrade_to(engine, service, first)
    for revision in later:
        before = tables_of(engine)
        upgrade_to(engine, service, revision)
        assert contradictions(before, tables_of(engine)) == [], revision
