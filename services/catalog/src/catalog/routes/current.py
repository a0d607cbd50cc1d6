"""What the present application works with."""

from typing import cast

from flask import Flask, current_app

from quartet.database import Database

KEY = "catalog.database"


def init_app(app: Flask, database: Database) -> None:
    app.extensions[KEY] = database


def database() -> Database:
    """Return the database of the present application."""
    return cast(Database, current_app.extensions[KEY])
