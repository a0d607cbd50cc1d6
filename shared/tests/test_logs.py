"""One JSON line for each request, tied to it by its id, and without secrets."""

import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from quartet.testing import TokenMaker
from shared.tests.conftest import NewClient

Lines = list[dict[str, Any]]


def lines(capsys: pytest.CaptureFixture[str]) -> Lines:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def access_lines(capsys: pytest.CaptureFixture[str]) -> Lines:
    return [line for line in lines(capsys) if line["logger"] == "quartet.access"]


def test_a_request_is_one_line(new_client: NewClient, tokens: TokenMaker, capsys: pytest.CaptureFixture[str]) -> None:
    client = new_client()
    answer = client.get("/guarded", headers=tokens.bearer(sub="ada"))
    (line,) = access_lines(capsys)
    assert line["ms"] >= 0
    assert {name: line[name] for name in ("service", "method", "route", "status", "user_id", "request_id")} == {
        "service": "toy",
        "method": "GET",
        "route": "/guarded",
        "status": 200,
        "user_id": "ada",
        "request_id": answer.headers["X-Request-ID"],
    }


def test_other_lines_of_a_request_have_its_id(new_client: NewClient, capsys: pytest.CaptureFixture[str]) -> None:
    client = new_client()
    client.get("/things/7", headers={"X-Request-ID": "from-the-caller"})
    assert [line["request_id"] for line in lines(capsys)] == ["from-the-caller"] * 2


@pytest.mark.parametrize(
    ("sent", "logged"),
    [
        ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "4bf92f3577b34da6a3ce929d0e0e4736"),
        ("00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01", None),
        ("secret", None),
        ("", None),
    ],
)
def test_lines_have_the_trace_where_it_is_well_formed(
    new_client: NewClient, capsys: pytest.CaptureFixture[str], sent: str, logged: str | None
) -> None:
    new_client().get("/things/7", headers={"traceparent": sent})
    assert [line["trace_id"] for line in lines(capsys)] == [logged] * 2


def test_the_route_is_its_template_never_the_path(new_client: NewClient, capsys: pytest.CaptureFixture[str]) -> None:
    client = new_client()
    client.get("/things/7?token=secret")
    client.get("/secret")
    found = access_lines(capsys)
    assert [line["route"] for line in found] == ["/things/<id:thing_id>", "unmatched"]
    assert "secret" not in str(found)


def test_no_line_holds_a_token(new_client: NewClient, tokens: TokenMaker, capsys: pytest.CaptureFixture[str]) -> None:
    client = new_client()
    good, bad = tokens.token(), tokens.token(exp=0)
    for token in (good, bad):
        client.get("/guarded", headers={"Authorization": f"Bearer {token}"})
    output = capsys.readouterr().out
    assert good not in output
    assert bad not in output


@pytest.mark.parametrize("sent", ["a" * 8, "a" * 64, "Ab_9-Ab_9"])
def test_a_well_formed_request_id_is_kept(client: FlaskClient, sent: str) -> None:
    assert client.get("/open", headers={"X-Request-ID": sent}).headers["X-Request-ID"] == sent


@pytest.mark.parametrize("sent", ["", "a" * 7, "a" * 65, "a b c d e f", "../../../etc", "éééééééé", '"}{"x":"y'])
def test_any_other_request_id_is_replaced(client: FlaskClient, sent: str) -> None:
    made = client.get("/open", headers={"X-Request-ID": sent}).headers["X-Request-ID"]
    assert made != sent
    assert len(made) == 32


def test_probes_are_not_logged(new_client: NewClient, capsys: pytest.CaptureFixture[str]) -> None:
    client = new_client()
    client.get("/health/live")
    client.get("/health/ready")
    client.get("/metrics")
    assert access_lines(capsys) == []
