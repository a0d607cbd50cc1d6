from pathlib import Path

import pytest
from flask.testing import FlaskClient

from quartet.testing import AuthServer
from shared.tests.toy import toy_client


@pytest.fixture
def client(capsys: pytest.CaptureFixture[str], auth_server: AuthServer, tmp_path: Path) -> FlaskClient:
    """The toy service; it logs to the standard output that is captured by now."""
    del capsys
    return toy_client(auth_server, tmp_path)
