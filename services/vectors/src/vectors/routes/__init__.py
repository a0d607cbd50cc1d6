"""The HTTP face of the vectors service, one module for each subject."""

from flask import Flask

from vectors.routes import vectors

BLUEPRINTS = (vectors.blueprint,)


def init_app(app: Flask) -> None:
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
