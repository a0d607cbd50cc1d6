"""The migrations make exactly the tables that the models describe."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from auth.models import Base
from auth.resources import Resources


def test_migrations_and_models_agree(auth: Resources) -> None:
    with auth.database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
