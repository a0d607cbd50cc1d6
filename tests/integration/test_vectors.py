"""Vectors through the gateway: from the first sentence to the limits."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import requests

from tests.integration.platform_client import Api, User

FOX, FAST, TAX = "The quick brown fox", "A fast dark fox", "Tax law of the country"
OCTETS = "application/octet-stream"


@pytest.fixture
def ask(api: Api, new_user: Callable[[], User]) -> Callable[..., requests.Response]:
    token = new_user()["access_token"]

    def send(path: str, headers: dict[str, str] | None = None, **body: Any) -> requests.Response:
        headers = {"Content-Type": "application/json"} | (headers or {})
        return api.post(path, token=token, data=json.dumps(body), headers=headers, timeout=60)

    return send


def test_a_sentence_has_the_same_vector_whoever_asks_and_whenever(
    ask: Callable[..., requests.Response], api: Api, new_user: Callable[[], User]
) -> None:
    mine = ask("/api/vectors", sentence=FOX).json()
    other = api.post("/api/vectors", token=new_user()["access_token"], json={"sentence": FOX}).json()
    assert mine == other
    assert (mine["model"], mine["dimensions"], len(mine["vector"])) == ("random", 500, 500)
    assert mine["vector"][:2] == [0.3143530455492004, 0.9498006101313562]
    assert ask("/api/vectors", sentence=FOX, fresh=True).json()["vector"] != mine["vector"]


def test_octets_come_through_as_they_are(ask: Callable[..., requests.Response]) -> None:
    sentences = [FOX, "🦊", " ", "狐" * 1_000, "\x7f\t"]
    for model in ("random", "semantic"):
        plain = ask("/api/vectors", model=model, sentences=sentences[:2]).json()["vectors"]
        answer = ask("/api/vectors", {"Accept": OCTETS}, model=model, sentences=sentences[:2])
        assert answer.headers["Content-Type"] == OCTETS
        shape = int(answer.headers["X-Vectors-Count"]), int(answer.headers["X-Vectors-Dimensions"])
        numbers = np.frombuffer(answer.content, "<f4").reshape(shape)
        assert (numbers == np.array(plain, np.float32)).all()
    answer = ask("/api/vectors", {"Accept": "text/html"}, sentence=FOX)
    assert (answer.status_code, answer.json()["code"]) == (406, "not_acceptable")


def test_meaning_is_near_in_every_form(ask: Callable[..., requests.Response]) -> None:
    sentences = [FOX, FAST, TAX]
    vectors = np.array(ask("/api/vectors", model="semantic", sentences=sentences).json()["vectors"])
    matrix = np.array(ask("/api/vectors/similarity", sentences=sentences).json()["matrix"])
    assert matrix == pytest.approx(vectors @ vectors.T, abs=2e-6)
    assert (matrix == matrix.T).all()
    ranking = ask("/api/vectors/similarity", query=FAST, sentences=sentences, top_k=2).json()["ranking"]
    assert [each["index"] for each in ranking] == [1, 0]
    assert [each["score"] for each in ranking] == [1, matrix[1, 0]]


def test_the_models_say_what_they_take_and_take_it(ask: Callable[..., requests.Response], api: Api) -> None:
    models = {model["name"]: model for model in api.get("/api/vectors/models").json()["items"]}
    assert [name for name, model in models.items() if model["default"]] == ["random"]
    for name in ("random", "semantic"):
        limits = models[name]["limits"]
        assert (limits["sentences"], models[name]["dimensions"]) == (2_048, 500)
        vectors = ask("/api/vectors", model=name, sentences=["fox"] * limits["sentences"]).json()["vectors"]
        assert np.array(vectors).shape == (limits["sentences"], 500)
        refused = ask("/api/vectors", model=name, sentences=["fox"] * (limits["sentences"] + 1))
        assert refused.status_code == 422
        assert refused.json()["errors"] == [{"field": "sentences", "message": "List should have at most 2048 items"}]


NO_SENTENCES: list[tuple[dict[str, Any], int, str]] = [
    ({"sentence": ""}, 422, "invalid_input"),
    ({"sentences": []}, 422, "invalid_input"),
    ({"sentence": 7}, 422, "invalid_input"),
    ({"sentences": [FOX, None]}, 422, "invalid_input"),
    ({"sentence": "a\ud800"}, 422, "invalid_input"),
    ({"sentence": "a\0b"}, 422, "invalid_input"),
    ({"sentence": FOX, "sentences": [FOX]}, 422, "invalid_input"),
    ({"sentence": FOX, "model": "gpt"}, 422, "invalid_input"),
    ({"sentence": "x" * 2**20}, 422, "invalid_input"),
    ({"sentence": "狐" * 2**20}, 413, "body_too_large"),
]


def test_a_body_may_be_as_long_as_the_models_say(api: Api, new_user: Callable[[], User]) -> None:
    token = new_user()["access_token"]
    models = api.get("/api/vectors/models").json()["items"]
    (longest,) = {model["limits"]["body"] for model in models}
    bodies: dict[str, dict[str, Any]] = {
        "/api/vectors": {"sentence": FOX},
        "/api/vectors/similarity": {"sentences": [FOX]},
        "/v1/embeddings": {"input": FOX, "model": models[-1]["name"]},
    }
    headers = {"Content-Type": "application/json"}
    for path, body in bodies.items():
        for length, status in ((longest, 200), (longest + 1, 413), (2 * longest, 413)):
            answer = api.post(path, token=token, data=json.dumps(body).encode().rjust(length), headers=headers)
            assert answer.status_code == status, answer.text[:500]


def test_what_is_no_sentence_is_refused_clearly(ask: Callable[..., requests.Response]) -> None:
    for model in ("random", "semantic"):
        for body, status, code in NO_SENTENCES:
            answer = ask("/api/vectors", **{"model": model} | body)
            assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text[:500]


def test_any_text_has_numbers_or_is_refused_and_never_nan(ask: Callable[..., requests.Response]) -> None:
    for sentence in ("x", " ", "🦊", "👩‍👩‍👧", "e\u0301", "\u202e", "\uffff", "½", "\n"):
        assert np.isfinite(ask("/api/vectors", sentence=sentence).json()["vector"]).all()
        answer = ask("/api/vectors", model="semantic", sentence=sentence)
        if answer.status_code == 422:
            assert answer.json()["errors"][0]["field"] == "sentence"
        else:
            assert np.isfinite(answer.json()["vector"]).all()
