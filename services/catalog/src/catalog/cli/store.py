"""The database, for a command."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError

from catalog.settings import CatalogSettings
from quartet.database import Database
from quartet.migrations import SchemaNotAtHead, check_at_head


@contextmanager
def opened(settings: CatalogSettings) -> Iterator[Database]:
    """Yield the database; when it is away, or its schema is another one, the command ends with a line that says so."""
    database = Database(settings.database)
    try:
        check_at_head(database, "catalog")
        yield database
    except SchemaNotAtHead:
        raise click.ClickException("the database has another schema: run `catalog migrate`") from None
    except (OperationalError, InterfaceError, InternalError) as error:
        raise click.ClickException(f"the database cannot be used: {error.orig}") from None
    finally:
        database.engine.dispose()
