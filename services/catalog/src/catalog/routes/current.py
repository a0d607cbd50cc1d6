"""What the present application works with."""

from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app

from catalog.settings import CatalogSettings
from catalog.slots import Slots
from quartet.database import Database

KEY = "catalog.database"
TRANSFERS = "catalog.transfers"


@dataclass(frozen=True)
class Transfers:
    """The limits of long transfers, and the slots of this process for each kind; `lists` are those of old clients."""

    limits: CatalogSettings
    imports: Slots
    exports: Slots
    lists: Slots


def init_app(app: Flask, database: Database, settings: CatalogSettings) -> None:
    app.extensions[KEY] = database
    app.extensions[TRANSFERS] = Transfers(settings, *(Slots(settings.transfers) for _ in range(3)))


def database() -> Database:
    """Return the database of the present application."""
    return cast(Database, current_app.extensions[KEY])


def transfers() -> Transfers:
    """Return what the present application allows of long transfers."""
    return cast(Transfers, current_app.extensions[TRANSFERS])
