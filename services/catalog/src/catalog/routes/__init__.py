"""The HTTP face of catalog, one module for each subject."""

from flask import Flask

from catalog.routes import lists, products

BLUEPRINTS = (lists.blueprint, products.blueprint)


def init_app(app: Flask) -> None:
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
