"""The HTTP face of counter, one module for each subject."""

from flask import Flask

from counter.routes import badges, counters, series, streams, visitors, visits
from counter.routes.paths import BadgeName, CounterName

BLUEPRINTS = tuple(subject.blueprint for subject in (visits, counters, series, visitors, streams, badges))


def init_app(app: Flask) -> None:
    app.url_map.converters["counter"] = CounterName
    app.url_map.converters["badge"] = BadgeName
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
