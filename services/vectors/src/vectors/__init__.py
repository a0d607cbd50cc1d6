"""Sentences to vectors."""

from apiflask import APIFlask

from quartet.app import create_service
from quartet.settings import load
from vectors import routes
from vectors.models import registry
from vectors.routes import current
from vectors.settings import VectorsSettings


def create_app(settings: VectorsSettings | None = None) -> APIFlask:
    """Return the WSGI application; without `settings` they are read from the environment."""
    settings = settings or load(VectorsSettings)
    app = create_service("vectors", settings, title="Quartet vectors")
    current.init_app(app, registry.load(settings))
    routes.init_app(app)
    return app
