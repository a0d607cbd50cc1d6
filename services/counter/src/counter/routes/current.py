"""What the present application works with."""

from typing import cast

from flask import Flask, current_app

from counter.repository.store import Store

KEY = "counter.store"


def init_app(app: Flask, store: Store) -> None:
    app.extensions[KEY] = store


def store() -> Store:
    """Return the store of the present application."""
    return cast(Store, current_app.extensions[KEY])
