"""The HTTP face of counter, one module for each subject."""

from flask import Flask

from counter.routes import counters, visits
from counter.routes.paths import CounterName

BLUEPRINTS = (visits.blueprint, counters.blueprint)


def init_app(app: Flask) -> None:
    app.url_map.converters["counter"] = CounterName
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
