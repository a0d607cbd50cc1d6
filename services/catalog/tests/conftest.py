from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pydantic import SecretStr

from catalog import create_app
from catalog.routes.current import KEY
from catalog.settings import CatalogSettings
from quartet.database import Database
from quartet.feed import FeedReader
from quartet.migrations import migrate
from quartet.testing import INTERNAL_SECRET, AuthServer, TokenMaker
from services.catalog.tests.seller import Seller


@pytest.fixture
def settings(auth_server: AuthServer, tmp_path: Path) -> CatalogSettings:
    return CatalogSettings(
        environment="testing",
        auth_url=auth_server.url,
        internal_secret=SecretStr(INTERNAL_SECRET),
        state_dir=tmp_path,
    )


@pytest.fixture
def app(settings: CatalogSettings) -> Iterator[Flask]:
    """catalog on a migrated SQLite file."""
    migrate(settings.database, "catalog")
    app = create_app(settings)
    yield app
    cast(Database, app.extensions[KEY]).engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def database(app: Flask) -> Database:
    """The database that the app works with, for use cases called directly."""
    return cast(Database, app.extensions[KEY])


@pytest.fixture
def reader(auth_server: AuthServer) -> FeedReader:
    return FeedReader(auth_server.url, INTERNAL_SECRET)


@pytest.fixture
def ada(client: FlaskClient, tokens: TokenMaker) -> Seller:
    return Seller(client, tokens, "ada")


@pytest.fixture
def grace(client: FlaskClient, tokens: TokenMaker) -> Seller:
    return Seller(client, tokens, "grace")


@pytest.fixture
def admin(client: FlaskClient, tokens: TokenMaker) -> Seller:
    return Seller(client, tokens, "root", roles=("user", "admin"))
