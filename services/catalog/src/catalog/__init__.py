"""Products and their owners."""

from apiflask import APIFlask

from catalog import legacy, routes
from catalog.routes import current
from catalog.settings import CatalogSettings
from quartet import database, migrations
from quartet.app import create_service
from quartet.settings import load


def create_app(settings: CatalogSettings | None = None) -> APIFlask:
    """Return the WSGI application; without `settings` they are read from the environment."""
    settings = settings or load(CatalogSettings)
    store = database.Database(settings.database)
    app = create_service(
        "catalog",
        settings,
        title="Quartet catalog",
        checks={"database": lambda: migrations.check_at_head(store, "catalog")},
    )
    database.init_app(app)
    current.init_app(app, store, settings)
    routes.init_app(app)
    legacy.init_app(app, settings)
    return app
