"""Whoever has the present answer is told so, and what is no answer is not kept."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from quartet.testing import AuthServer
from shared.tests.toy import toy_client


@pytest.fixture
def client(auth_server: AuthServer, tmp_path: Path) -> FlaskClient:
    return toy_client(auth_server, tmp_path)


def test_the_same_bytes_have_the_same_name(client: FlaskClient) -> None:
    first, again, other = (client.get(f"/kept/{number}") for number in (1, 1, 2))
    assert first.headers["ETag"] == again.headers["ETag"] != other.headers["ETag"]
    assert first.headers["ETag"].startswith('"')
    assert first.headers["Cache-Control"] == "public, max-age=60"


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', "*"])
def test_who_has_the_present_answer_gets_no_body(client: FlaskClient, form: str) -> None:
    tag = client.get("/kept/1").headers["ETag"]
    answer = client.get("/kept/1", headers={"If-None-Match": form.format(tag)})
    assert (answer.status_code, answer.data) == (304, b"")
    assert (answer.headers["ETag"], answer.headers["Cache-Control"]) == (tag, "public, max-age=60")
    assert answer.headers["X-Request-ID"]
    assert client.head("/kept/1", headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize("named", ['"other"', "", "x", '"'])
def test_who_has_another_answer_gets_the_present_one(client: FlaskClient, named: str) -> None:
    answer = client.get("/kept/1", headers={"If-None-Match": named})
    assert (answer.status_code, answer.get_json()) == (200, {"id": 1})


def test_who_wants_a_version_that_is_not_there_any_more_is_told(client: FlaskClient) -> None:
    answer = client.get("/kept/1", headers={"If-Match": '"other"'})
    assert (answer.status_code, answer.get_json()["code"]) == (412, "precondition_failed")
    assert answer.mimetype == "application/problem+json"
    assert client.get("/kept/1", headers={"If-Match": "*"}).status_code == 200


def test_an_error_is_not_kept_and_neither_is_what_nobody_marked(client: FlaskClient) -> None:
    assert client.get("/kept/x").headers["Cache-Control"] == "no-store"
    for path in ("/kept/100", "/open"):
        assert {"ETag", "Cache-Control"}.isdisjoint(client.get(path).headers)
