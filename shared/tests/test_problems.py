"""Every error is one document, and tells nothing that is not the caller's business."""

import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from quartet.bodies import LARGEST_BODY
from shared.tests.conftest import NewClient

MEMBERS = {"type", "title", "status", "detail", "code", "request_id"}
JSON = {"Content-Type": "application/json"}


def problem(answer: Any, status: int, code: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.mimetype == "application/problem+json"
    assert answer.headers["Cache-Control"] == "no-store"
    document: dict[str, Any] = answer.get_json()
    assert document.keys() == MEMBERS | ({"errors"} if status == 422 else set())
    assert (document["status"], document["code"]) == (status, code)
    assert document["type"] == f"urn:quartet:error:{code}"
    assert document["request_id"] == answer.headers["X-Request-ID"]
    assert document["title"]
    assert document["detail"]
    return document


def test_an_unknown_path(client: FlaskClient) -> None:
    problem(client.get("/nothing"), 404, "not_found")


def test_an_unknown_method_learns_the_known_ones(client: FlaskClient) -> None:
    answer = client.delete("/open")
    problem(answer, 405, "method_not_allowed")
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"


def test_a_domain_error(client: FlaskClient) -> None:
    document = problem(client.post("/greetings", json={"name": "again"}), 409, "conflict")
    assert (document["title"], document["detail"]) == ("Conflict", "One greeting is enough.")


def test_what_is_away_says_when_to_come_back(client: FlaskClient) -> None:
    answer = client.get("/away")
    problem(answer, 503, "unavailable")
    assert answer.headers["Retry-After"] == "1"


def test_an_unexpected_error_shows_nothing(new_client: NewClient, capsys: pytest.CaptureFixture[str]) -> None:
    answer = new_client().get("/broken")
    document = problem(answer, 500, "internal_error")
    assert "hunter2" not in answer.text
    assert "Traceback" not in answer.text
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert any("hunter2" in str(line) and line["request_id"] == document["request_id"] for line in lines)


@pytest.mark.parametrize(
    "text",
    [
        "{",
        '{"name": 1e9999999999999999999}',
        '{"name": "a",}',
        '{"name": "a", "name": "b"}',
        "[" * 100_000,
        "\x00",
        '{"name": "\udcff"}',
    ],
)
def test_what_is_no_json(client: FlaskClient, text: str) -> None:
    data = text.encode("utf-8", "surrogateescape")
    problem(client.post("/greetings", data=data, headers=JSON), 400, "malformed_request")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/xml", ""])
def test_what_does_not_say_that_it_is_json(client: FlaskClient, kind: str) -> None:
    answer = client.post("/greetings", data='{"name": "a"}', headers={"Content-Type": kind})
    problem(answer, 415, "unsupported_media_type")


@pytest.mark.parametrize("coding", ["gzip", "br", "x", "gzip, identity"])
def test_what_says_that_it_is_compressed(client: FlaskClient, coding: str) -> None:
    answer = client.post("/greetings", data='{"name": "a"}', headers={**JSON, "Content-Encoding": coding})
    problem(answer, 415, "unsupported_media_type")


def test_what_is_too_large(client: FlaskClient) -> None:
    answer = client.post("/greetings", data=b"x" * (LARGEST_BODY + 1), headers=JSON)
    problem(answer, 413, "body_too_large")


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("", ["name"]),
        ("{}", ["name"]),
        ("null", ["body"]),
        ("[]", ["body"]),
        ('"text"', ["body"]),
        ('{"name": ""}', ["name"]),
        ('{"name": 7}', ["name"]),
        ('{"name": "\\u0000"}', ["name"]),
        ('{"name": "\\ud800"}', ["name"]),
        ('{"name": "a", "times": 4}', ["times"]),
        ('{"name": "a", "times": "1"}', ["times"]),
        ('{"name": "a", "times": true}', ["times"]),
        ('{"name": "a", "times": NaN}', ["times"]),
        ('{"name": "a", "more": 1}', ["more"]),
        ('{"name": "", "times": 0}', ["name", "times"]),
    ],
)
def test_what_breaks_a_rule_is_named(client: FlaskClient, text: str, fields: list[str]) -> None:
    document = problem(client.post("/greetings", data=text, headers=JSON), 422, "invalid_input")
    assert [error["field"] for error in document["errors"]] == fields
    assert all(error["message"] for error in document["errors"])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[]", "Input should be a JSON object"),
        ('{"name": ""}', "String should have at least 1 character"),
        ('{"name": "12345678901"}', "String should have at most 10 characters"),
        ('{"name": "\\u0000"}', "String should not hold a NUL character"),
        ('{"name": "a", "times": 4}', "Input should be less than or equal to 3"),
        ('{"name": "a", "more": 1}', "Extra inputs are not permitted"),
        ("{}", "Field required"),
    ],
)
def test_a_message_speaks_of_the_input(client: FlaskClient, text: str, message: str) -> None:
    document = problem(client.post("/greetings", data=text, headers=JSON), 422, "invalid_input")
    assert [error["message"] for error in document["errors"]] == [message]


def test_an_answer_to_head_has_no_body(client: FlaskClient) -> None:
    answer = client.head("/nothing")
    assert (answer.status_code, answer.mimetype, answer.data) == (404, "application/problem+json", b"")


@pytest.mark.parametrize(("query", "field"), [("limit=0", "limit"), ("limit=x", "limit"), ("page=2", "page")])
def test_a_query_is_checked_too(client: FlaskClient, query: str, field: str) -> None:
    document = problem(client.get(f"/open?{query}"), 422, "invalid_input")
    assert [error["field"] for error in document["errors"]] == [field]


def test_a_value_is_never_echoed(client: FlaskClient) -> None:
    answer = client.post("/greetings", json={"name": "a secret that is far too long"})
    assert "secret" not in answer.text


@pytest.mark.parametrize("path", ["/things/0x1", "/things/-1", "/things/1.0"])
def test_what_is_no_id_is_not_found(client: FlaskClient, path: str) -> None:
    problem(client.get(path), 404, "not_found")


@pytest.mark.parametrize("number", [2**63, 10**400])
def test_an_id_beyond_all_ids_is_nothings(client: FlaskClient, number: int) -> None:
    assert client.get(f"/things/{number}").get_json() == {"id": 0}


def test_an_input_with_many_faults_gets_a_short_answer(client: FlaskClient) -> None:
    strangers = {f"{'x' * 500}{n}": 1 for n in range(90)}
    answer = client.post("/greetings", json={"name": "Ada", **strangers})
    document = problem(answer, 422, "invalid_input")
    assert len(document["errors"]) == 20
    assert {len(each["field"]) for each in document["errors"]} == {100}


def test_an_object_with_members_without_end_is_refused_as_one(client: FlaskClient) -> None:
    answer = client.post("/greetings", json={"name": "Ada", **{f"x{n}": 1 for n in range(100)}})
    document = problem(answer, 422, "invalid_input")
    assert document["errors"] == [{"field": "body", "message": "An object should have at most 100 members"}]
