"""Visit counts and named counters."""

from apiflask import APIFlask

from counter import legacy, routes
from counter.repository import command_spans
from counter.repository.store import Store
from counter.routes import current
from counter.settings import CounterSettings
from counter.use_cases.places import Places
from counter.use_cases.streams import Streams
from quartet import health
from quartet.app import create_service
from quartet.settings import load


def create_app(settings: CounterSettings | None = None) -> APIFlask:
    """Return the WSGI application; without `settings` they are read from the environment."""
    settings = settings or load(CounterSettings)
    if settings.otel_exporter_otlp_endpoint is not None:
        command_spans.watch()
    store = Store(settings.redis_url, settings.redis_tls_ca)
    app = create_service("counter", settings, title="Quartet counter", checks={"redis": store.check})
    places = Places(settings.places, settings.stream_places_per_user)
    streams = Streams(
        store, places, life=settings.stream_seconds, heartbeat=settings.stream_heartbeat, draining=health.draining
    )
    current.init_app(app, store, settings.limits, streams, settings.public_url)
    routes.init_app(app)
    legacy.init_app(app, settings)
    return app
