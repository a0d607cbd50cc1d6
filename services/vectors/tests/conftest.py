import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from quartet.testing import AuthServer, TokenMaker
from vectors import create_app
from vectors.settings import VectorsSettings


@pytest.fixture
def make_app(auth_server: AuthServer, tmp_path: Path) -> Callable[..., Flask]:
    """Make an application that is told this besides."""

    def make(**settings: Any) -> Flask:
        return create_app(
            VectorsSettings(environment="testing", auth_url=auth_server.url, state_dir=tmp_path, **settings)
        )

    return make


@pytest.fixture
def make_client(make_app: Callable[..., Flask]) -> Callable[..., FlaskClient]:
    return lambda **settings: make_app(**settings).test_client()


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    return make_app()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def ask(client: FlaskClient, tokens: TokenMaker) -> Any:
    def send(**body: Any) -> Any:
        data = json.dumps(body, ensure_ascii=False)
        escaped = "".join(f"\\u{ord(each):04x}" if "\ud800" <= each <= "\udfff" else each for each in data)
        return client.post("/api/vectors", data=escaped, content_type="application/json", headers=tokens.bearer())

    return send
