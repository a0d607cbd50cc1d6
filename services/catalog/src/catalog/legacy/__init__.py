"""The system that had products, one module for each; docs/migrating.md has their routes and those of today."""

from flask import Flask

from catalog.legacy import catalog
from quartet import legacy
from quartet.legacy import LegacyBlueprint
from quartet.settings import Settings

BLUEPRINTS: tuple[LegacyBlueprint, ...] = (catalog.blueprint,)


def init_app(app: Flask, settings: Settings) -> None:
    legacy.init_app(app, settings, *BLUEPRINTS)
