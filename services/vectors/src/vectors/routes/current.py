"""What the present application works with."""

from typing import cast

from flask import Flask, current_app

from quartet import bodies
from vectors.models.registry import Models
from vectors.settings import VectorsSettings

KEY = "vectors.models"


def init_app(app: Flask, models: Models) -> None:
    app.extensions[KEY] = models


def models() -> Models:
    """Return the models of the present application."""
    return cast(Models, current_app.extensions[KEY])


def settings() -> VectorsSettings:
    """Return what the present application was told."""
    return cast(VectorsSettings, current_app.extensions[bodies.KEY])
