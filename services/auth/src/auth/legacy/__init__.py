"""The systems that had accounts, one module for each; docs/migrating.md has their routes and those of today."""

from flask import Flask

from auth.legacy import catalog, flask_api, flask_app, preqlin, web3m
from auth.legacy.answers import Stamp
from quartet import legacy
from quartet.legacy import LegacyBlueprint
from quartet.settings import Settings

BLUEPRINTS: tuple[LegacyBlueprint, ...] = (
    preqlin.blueprint,
    flask_app.blueprint,
    flask_api.blueprint,
    catalog.blueprint,
    web3m.blueprint,
)


def init_app(app: Flask, settings: Settings) -> None:
    app.url_map.converters["stamp"] = Stamp
    legacy.init_app(app, settings, *BLUEPRINTS)
