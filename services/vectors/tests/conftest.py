from pathlib import Path

import pytest
from flask.testing import FlaskClient

from quartet.testing import AuthServer
from vectors import create_app
from vectors.settings import VectorsSettings


@pytest.fixture
def client(auth_server: AuthServer, tmp_path: Path) -> FlaskClient:
    settings = VectorsSettings(
        environment="testing",
        auth_url=auth_server.url,
        state_dir=tmp_path,
    )
    return create_app(settings).test_client()
