"""Clients of preqlin and flask-app, which had random arrays."""

import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from quartet.testing import TokenMaker
from vectors.models.random import of_sentences
from vectors.routes.current import KEY

PREQLIN, FLASK_APP = "/legacy/preqlin/generate_random_array", "/legacy/flask-app/generate_array"
BOTH = (PREQLIN, FLASK_APP)
FOX = "The quick  brown\tfox "


def test_preqlin_tells_who_asked_and_counts_words(client: FlaskClient, tokens: TokenMaker) -> None:
    bearer = tokens.bearer(preferred_username="ada")
    answer = client.post(PREQLIN, json={"sentence": FOX, "unknown": 1}, headers=bearer)
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    numbers = of_sentences([FOX])[0].tolist()
    assert json.loads(answer.data) == {"user": "ada", "input_sentence": FOX, "word_count": 4, "random_array": numbers}
    assert client.post(PREQLIN, json={"sentence": " "}, headers=bearer).get_json()["word_count"] == 0


def test_flask_app_gives_the_bare_array(client: FlaskClient, tokens: TokenMaker) -> None:
    answer = client.post(FLASK_APP, json={"sentence": FOX}, headers=tokens.bearer())
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert json.loads(answer.data) == of_sentences([FOX])[0].tolist()
    assert len(answer.get_json()) == 500
    assert answer.headers["Link"] == '</api/vectors>; rel="successor-version"'


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{}",
        "null",
        "[]",
        '{"sentence":',
        '{"sentence": null}',
        '{"sentence": ""}',
        '{"sentence": 7}',
        '{"sentence": ["a"]}',
        '{"sentence": "\\u0000"}',
        '{"sentence": "\\ud800"}',
        '{"sentence": "' + "x" * 32_769 + '"}',
    ],
    ids=lambda body: body[:20],
)
@pytest.mark.parametrize(("path", "member"), [(PREQLIN, "message"), (FLASK_APP, "error")])
def test_what_is_no_sentence_is_400_in_the_systems_member(
    client: FlaskClient, tokens: TokenMaker, path: str, member: str, body: str
) -> None:
    headers = {**tokens.bearer(), "Content-Type": "application/json"}
    answer = client.post(path, data=body, headers=headers)
    assert (answer.status_code, answer.mimetype) == (400, "application/json")
    (told,) = answer.get_json().items()
    assert told[0] == member
    assert "sentences" not in told[1]


@pytest.mark.parametrize("header", [{}, {"Authorization": ""}, {"Authorization": "Bearer"}, {"Authorization": "x.y.z"}])
def test_a_missing_token_is_told_in_words_that_old_clients_compare(client: FlaskClient, header: dict[str, str]) -> None:
    answer = client.post(FLASK_APP, json={"sentence": FOX}, headers=header)
    assert (answer.status_code, answer.get_json()) == (401, {"message": "Token is missing"})
    answer = client.post(PREQLIN, json={"sentence": FOX}, headers=header)
    assert (answer.status_code, list(answer.get_json())) == (401, ["error"])


@pytest.mark.parametrize("kind", ["nonsense", "expired"])
def test_a_bad_token_is_told_in_the_systems_member(client: FlaskClient, tokens: TokenMaker, kind: str) -> None:
    sent = {"nonsense": "nonsense", "expired": tokens.token(exp=1_000_000_000)}[kind]
    for path, member in ((PREQLIN, "error"), (FLASK_APP, "message")):
        answer = client.post(path, json={"sentence": FOX}, headers={"Authorization": f"Bearer {sent}"})
        assert (answer.status_code, list(answer.get_json())) == (401, [member])
        assert answer.get_json()[member] != "Token is missing"
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("path", BOTH)
def test_nothing_is_laxer_here(make_client: Any, app: Flask, tokens: TokenMaker, path: str) -> None:
    headers = tokens.bearer()
    strict = make_client(vectors_longest_body=1024, vectors_most_characters=30)
    assert strict.post(path, json={"sentence": "x" * 31}, headers=headers).status_code == 400
    assert strict.post(path, json={"sentence": "x" * 1024}, headers=headers).status_code == 413
    assert strict.post(path, data="sentence=x", headers=headers).status_code == 415
    with app.extensions[KEY].gate.of(4096):
        answer = app.test_client().post(path, json={"sentence": FOX}, headers=headers)
    assert (answer.status_code, answer.get_json()["code"]) == (503, "overloaded")
    assert answer.get_json()["message"] == answer.get_json()["error"] == answer.get_json()["detail"]
    assert int(answer.headers["Retry-After"]) >= 1


@pytest.mark.parametrize("path", BOTH)
def test_a_long_body_is_taken_as_of_todays_route(make_client: Any, tokens: TokenMaker, path: str) -> None:
    client = make_client(vectors_most_characters=2 * 1024 * 1024)
    answer = client.post(path, json={"sentence": "x" * 1024 * 1025}, headers=tokens.bearer())
    assert answer.status_code == 200


def test_they_can_be_switched_off(make_client: Any, tokens: TokenMaker) -> None:
    client = make_client(legacy="off")
    for path in BOTH:
        assert client.post(path, json={"sentence": FOX}, headers=tokens.bearer()).status_code == 404
