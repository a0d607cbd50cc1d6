"""Visit counts and named counters."""

from apiflask import APIFlask

from counter import routes
from counter.repository import Counters
from counter.settings import CounterSettings
from quartet.app import create_service
from quartet.settings import load


def create_app(settings: CounterSettings | None = None) -> APIFlask:
    """Return the WSGI application; without `settings` they are read from the environment."""
    settings = settings or load(CounterSettings)
    counters = Counters(settings.redis_url)
    app = create_service("counter", settings, title="Quartet counter", checks={"redis": counters.check})
    routes.init_app(app, counters)
    return app
