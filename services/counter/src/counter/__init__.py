"""Visit counts and named counters."""

from apiflask import APIFlask

from counter import routes
from counter.repository.store import Store
from counter.routes import current
from counter.settings import CounterSettings
from quartet.app import create_service
from quartet.settings import load


def create_app(settings: CounterSettings | None = None) -> APIFlask:
    """Return the WSGI application; without `settings` they are read from the environment."""
    settings = settings or load(CounterSettings)
    store = Store(settings.redis_url, settings.redis_tls_ca)
    app = create_service("counter", settings, title="Quartet counter", checks={"redis": store.check})
    current.init_app(app, store)
    routes.init_app(app)
    return app
