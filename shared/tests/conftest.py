from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from quartet.testing import AuthServer
from shared.tests.toy import toy_client

NewClient = Callable[[], FlaskClient]


@pytest.fixture
def new_client(auth_server: AuthServer, tmp_path: Path) -> NewClient:
    """Makes the toy service. Called within a test, it logs to the standard output that the test captures."""
    return lambda: toy_client(auth_server, tmp_path)


@pytest.fixture
def client(new_client: NewClient) -> FlaskClient:
    return new_client()
