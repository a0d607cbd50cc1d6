"""The HTTP face of catalog, one module for each subject."""

from flask import Flask

from catalog.routes import exports, imports, lists, products

BLUEPRINTS = (exports.blueprint, imports.blueprint, lists.blueprint, products.blueprint)


def init_app(app: Flask) -> None:
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
