"""Bodies that a view takes beside JSON of 1 MiB: longer ones, other media types, read in pieces."""

from pathlib import Path
from typing import ClassVar

import pytest
from flask.testing import FlaskClient
from pydantic import Field

from quartet.app import create_service
from quartet.bodies import LARGEST_BODY, longest_body, plain_stream
from quartet.guard import public
from quartet.openapi import Blueprint, answers_with, document, takes_bodies, takes_header
from quartet.settings import Settings
from quartet.testing import AuthServer

LIMIT = 2 * LARGEST_BODY

blueprint = Blueprint("lines", __name__, tag="Lines")


class LineSettings(Settings):
    service: ClassVar[str] = "lines"

    longest_text: int = Field(LIMIT, description="Bytes.")


@blueprint.post("/lines")
@public
@longest_body("longest_text")
@takes_header("X-Dialect", "Which one.")
@takes_bodies({"text/csv": {"schema": {"type": "string"}}})
@answers_with(200, "text/plain", "The length.", "3")
def count() -> tuple[str, int, dict[str, str]]:
    """Count."""
    size = 0
    while piece := plain_stream().read(65536):
        size += len(piece)
    return str(size), 200, {"Content-Type": "text/plain"}


@pytest.fixture
def client(auth_server: AuthServer, tmp_path: Path) -> FlaskClient:
    settings = LineSettings(environment="testing", auth_url=auth_server.url, state_dir=tmp_path)
    app = create_service("lines", settings, title="Lines")
    app.register_blueprint(blueprint)
    return app.test_client()


def test_a_view_takes_bodies_as_long_as_its_setting_says(client: FlaskClient) -> None:
    assert client.post("/lines", data=b"a" * LIMIT).text == str(LIMIT)
    refused = client.post("/lines", data=b"a" * (LIMIT + 1))
    assert (refused.status_code, refused.get_json()["code"]) == (413, "body_too_large")


def test_a_body_that_says_it_is_compressed_is_not_read(client: FlaskClient) -> None:
    refused = client.post("/lines", data=b"a", headers={"Content-Encoding": "gzip"})
    assert (refused.status_code, refused.get_json()["code"]) == (415, "unsupported_media_type")


def test_the_document_shows_header_body_and_answer(client: FlaskClient) -> None:
    operation = document(client.application)["paths"]["/lines"]["post"]  # type: ignore[arg-type]
    assert operation["requestBody"] == {"content": {"text/csv": {"schema": {"type": "string"}}}, "required": True}
    assert [each["name"] for each in operation["parameters"]] == ["X-Dialect"]
    assert operation["responses"]["200"]["content"]["text/plain"]["example"] == "3"
    assert operation["responses"]["200"]["description"] == "The length."
