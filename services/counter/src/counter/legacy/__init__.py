"""The system that had a visit counter, one module for each; docs/migrating.md has their routes and those of today."""

from flask import Flask

from counter.legacy import flask_api
from quartet import legacy
from quartet.legacy import LegacyBlueprint
from quartet.settings import Settings

BLUEPRINTS: tuple[LegacyBlueprint, ...] = (flask_api.blueprint,)


def init_app(app: Flask, settings: Settings) -> None:
    legacy.init_app(app, settings, *BLUEPRINTS)
