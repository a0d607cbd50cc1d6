"""The systems that had random arrays, one module for each; docs/migrating.md has their routes and those of today."""

from flask import Flask

from quartet import legacy
from quartet.legacy import LegacyBlueprint
from quartet.settings import Settings
from vectors.legacy import flask_app, preqlin

BLUEPRINTS: tuple[LegacyBlueprint, ...] = (flask_app.blueprint, preqlin.blueprint)


def init_app(app: Flask, settings: Settings) -> None:
    legacy.init_app(app, settings, *BLUEPRINTS)
