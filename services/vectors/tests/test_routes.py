"""vectors as its callers meet it."""

import json
from typing import Any

import numpy as np
import pytest
from flask import Flask
from flask.testing import FlaskClient

from quartet.testing import TokenMaker
from vectors.models.lift import lifted
from vectors.models.random import of_sentences
from vectors.routes.current import KEY

FOX = "The quick brown fox"


def near(vectors: Any) -> Any:
    """The cosine of each with each."""
    exact = np.array(vectors, np.float64)
    units = exact / np.linalg.norm(exact, axis=1, keepdims=True)
    return units @ units.T


def test_a_sentence_becomes_500_numbers_between_0_and_1(ask: Any) -> None:
    answer = ask(sentence=FOX)
    assert answer.status_code == 200
    found = answer.get_json()
    vector = found.pop("vector")
    assert found == {"model": "random", "dimensions": 500}
    assert len(vector) == 500
    assert all(0 <= number < 1 for number in vector)


def test_the_numbers_arrive_to_the_last_digit(ask: Any) -> None:
    assert json.loads(ask(sentence=FOX).data)["vector"] == of_sentences([FOX])[0].tolist()


def test_sentences_that_only_look_the_same_differ(ask: Any) -> None:
    composed, decomposed, spaced = ask(sentences=["\u00e9", "e\u0301", "\u00e9 "]).get_json()["vectors"]
    assert composed != decomposed
    assert composed != spaced


def test_many_sentences_become_their_vectors_in_order(ask: Any) -> None:
    sentences = [FOX, "The lazy dog", FOX]
    found = ask(sentences=sentences).get_json()
    vectors = found.pop("vectors")
    assert found == {"model": "random", "dimensions": 500}
    assert vectors == [ask(sentence=each).get_json()["vector"] for each in sentences]
    assert vectors[0] != vectors[1]


def test_one_sentence_in_a_list_is_answered_with_a_list(ask: Any) -> None:
    assert len(ask(sentences=[FOX]).get_json()["vectors"]) == 1


def test_a_fresh_vector_is_another_each_time(ask: Any) -> None:
    first, second = ask(sentences=[FOX, FOX], fresh=True).get_json()["vectors"]
    third = ask(sentence=FOX, fresh=True).get_json()["vector"]
    own = ask(sentence=FOX, fresh=False).get_json()["vector"]
    assert len({tuple(vector) for vector in (first, second, third, own)}) == 4


def test_semantic_vectors_tell_what_is_near(ask: Any) -> None:
    found = ask(sentences=[FOX, "A fast dark fox", "Tax law"], model="semantic").get_json()
    vectors = found.pop("vectors")
    assert found == {"model": "semantic", "dimensions": 500}
    assert [len(each) for each in vectors] == [500] * 3
    assert np.linalg.norm(np.array(vectors), axis=1) == pytest.approx(1, abs=1e-6)
    (_, alike, other), *_ = near(vectors)
    assert alike > other + 0.3


def test_semantic_vectors_have_the_cosines_of_the_model_beneath(ask: Any, app: Flask) -> None:
    sentences = [FOX, "A fast dark fox", "Tax law", "🦊", "x", "\u200b", " ", "狐" * 500]
    beneath = app.extensions[KEY].semantic.embed(sentences).vectors
    assert near(ask(sentences=sentences, model="semantic").get_json()["vectors"]) == pytest.approx(
        near(beneath), abs=4 * float(np.finfo(np.float32).eps)
    )


def test_a_semantic_vector_is_the_same_alone_and_among_others(ask: Any) -> None:
    alone = ask(sentence=FOX, model="semantic").get_json()["vector"]
    assert ask(sentences=["狐 " * 200, FOX, "x"], model="semantic").get_json()["vectors"][1] == alone


def test_numbers_of_single_precision_arrive_to_the_last_digit(ask: Any, app: Flask) -> None:
    expected = lifted(app.extensions[KEY].semantic.embed([FOX]).vectors)[0]
    found = np.array(json.loads(ask(sentence=FOX, model="semantic").data)["vector"], np.float32)
    assert (found == expected).all()


def test_the_model_may_be_named(ask: Any) -> None:
    assert ask(sentence=FOX, model="random").get_json() == ask(sentence=FOX).get_json()


@pytest.mark.parametrize("sentence", ["x", " ", "x" * 32768, "🦊" * 32768, "\n\t\x01", '"\\'])
def test_any_text_within_the_limits_is_a_sentence(ask: Any, sentence: str) -> None:
    assert len(ask(sentence=sentence).get_json()["vector"]) == 500


@pytest.mark.parametrize("model", ["random", "semantic"])
def test_2048_sentences_are_taken(ask: Any, model: str) -> None:
    sentences = [f"狐 {number}" for number in range(2048)]
    vectors = ask(sentences=sentences, model=model).get_json()["vectors"]
    assert len(vectors) == 2048
    assert vectors[1234] == ask(sentence=sentences[1234], model=model).get_json()["vector"]


@pytest.mark.parametrize(
    ("body", "field", "message"),
    [
        ({}, "body", "Give exactly one of sentence, sentences"),
        ({"fresh": True}, "body", "Give exactly one of sentence, sentences"),
        ({"sentence": FOX, "sentences": [FOX]}, "body", "Give exactly one of sentence, sentences"),
        ({"sentence": None}, "body", "Give exactly one of sentence, sentences"),
        ({"sentence": FOX, "sentences": None}, "body", "Leave out what is null: sentence, sentences"),
        ({"sentence": ""}, "sentence", "String should have at least 1 character"),
        ({"sentence": "x" * 32769}, "sentence", "String should have at most 32768 characters"),
        ({"sentence": "🦊" * 262_144}, "sentence", "String should have at most 32768 characters"),
        ({"sentence": 7}, "sentence", "Input should be a valid string"),
        ({"sentence": [FOX]}, "sentence", "Input should be a valid string"),
        ({"sentence": "a\0"}, "sentence", "String should not hold a NUL character"),
        ({"sentence": "a\ud800"}, "sentence", "String should not hold half of a surrogate pair"),
        ({"sentences": []}, "sentences", "List should have at least 1 item"),
        ({"sentences": ["x"] * 2049}, "sentences", "List should have at most 2048 items"),
        ({"sentences": FOX}, "sentences", "Input should be a valid list"),
        ({"sentences": {"0": FOX}}, "sentences", "Input should be a valid list"),
        ({"sentences": [FOX, 7]}, "sentences.1", "Input should be a valid string"),
        ({"sentences": [FOX, 7, 7, None]}, "sentences.1", "Input should be a valid string"),
        ({"sentences": [FOX, ""]}, "sentences.1", "String should have at least 1 character"),
        ({"sentences": [FOX, "a\udfff"]}, "sentences.1", "String should not hold half of a surrogate pair"),
        ({"sentence": FOX, "fresh": 1}, "fresh", "Input should be a valid boolean"),
        ({"sentence": FOX, "fresh": "true"}, "fresh", "Input should be a valid boolean"),
        ({"sentence": FOX, "model": "wordllama-256"}, "model", "Input should be 'random' or 'semantic'"),
        ({"sentence": FOX, "model": "semantic", "fresh": True}, "body", "Only the model random has a fresh vector"),
        ({"sentence": FOX, "dimensions": 3}, "dimensions", "Extra inputs are not permitted"),
    ],
)
def test_what_breaks_a_rule_is_named(ask: Any, body: dict[str, Any], field: str, message: str) -> None:
    answer = ask(**body)
    assert answer.status_code == 422
    assert answer.get_json()["errors"] == [{"field": field, "message": message}]


@pytest.mark.parametrize(
    ("data", "kind", "status", "code"),
    [
        (b'{"sentence": "fox"', "application/json", 400, "malformed_request"),
        (b'{"sentence": "fox", "sentence": "dog"}', "application/json", 400, "malformed_request"),
        (b'{"sentence": "\xff"}', "application/json", 400, "malformed_request"),
        (b'{"sentence": "fox"}', "text/plain", 415, "unsupported_media_type"),
        (b'{"sentence": "%s"}' % (b"x" * 2**22), "application/json", 413, "body_too_large"),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(
    client: FlaskClient, tokens: TokenMaker, data: bytes, kind: str, status: int, code: str
) -> None:
    answer = client.post("/api/vectors", data=data, content_type=kind, headers=tokens.bearer())
    assert answer.mimetype == "application/problem+json"
    assert (answer.status_code, answer.get_json()["code"]) == (status, code)


def test_a_token_is_needed(client: FlaskClient) -> None:
    answer = client.post("/api/vectors", json={"sentence": FOX})
    assert (answer.status_code, answer.get_json()["code"]) == (401, "token_missing")


def test_vectors_are_asked_for_with_post(client: FlaskClient, tokens: TokenMaker) -> None:
    answer = client.get("/api/vectors", headers=tokens.bearer())
    assert (answer.status_code, answer.headers["Allow"]) == (405, "OPTIONS, POST")


def test_a_forged_token_is_refused(client: FlaskClient, forged_token: str) -> None:
    answer = client.post("/api/vectors", json={"sentence": "fox"}, headers={"Authorization": f"Bearer {forged_token}"})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert answer.mimetype == "application/problem+json"


def test_it_is_ready_when_its_models_embed(client: FlaskClient, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    assert client.get("/health/ready").get_json() == {"status": "ok", "checks": {"models": "ok"}}
    table = app.extensions[KEY].default._encoder._table
    monkeypatch.setattr(app.extensions[KEY].default._encoder, "_table", np.full_like(table, np.nan))
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.get_json()["checks"]) == (503, {"models": "unavailable"})


def test_what_is_not_a_number_never_leaves(ask: Any, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    encoder = app.extensions[KEY].semantic._encoder
    monkeypatch.setattr(encoder, "_table", np.full_like(encoder._table, np.nan))
    answer = ask(sentence=FOX, model="semantic")
    assert (answer.status_code, answer.get_json()["code"]) == (500, "internal_error")
