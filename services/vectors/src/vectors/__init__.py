"""Sentences to vectors."""

from apiflask import APIFlask

from quartet.app import create_service
from quartet.settings import load
from vectors import legacy, openai_document, openai_errors, routes
from vectors.models import registry
from vectors.routes import current
from vectors.settings import VectorsSettings


def create_app(settings: VectorsSettings | None = None) -> APIFlask:
    """Return the WSGI application; without `settings` they are read from the environment."""
    settings = settings or load(VectorsSettings)
    models = registry.load(settings)
    app = create_service("vectors", settings, title="Quartet vectors", checks={"models": models.check})
    current.init_app(app, models)
    routes.init_app(app)
    legacy.init_app(app, settings)
    openai_errors.init_app(app)
    app.spec_processor(openai_document.describe)  # type: ignore[arg-type]
    return app
