"""What the present application works with."""

from typing import cast

from flask import Flask, current_app

from auth.resources import Resources

KEY = "auth"


def init_app(app: Flask, resources: Resources) -> None:
    app.extensions[KEY] = resources


def auth() -> Resources:
    """Return the resources of the present application."""
    return cast(Resources, current_app.extensions[KEY])
