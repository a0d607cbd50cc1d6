"""How much vectors take, and what becomes of more."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from quartet.testing import TokenMaker
from vectors.routes.current import KEY

FOX = "The quick brown fox"


@pytest.mark.parametrize(
    ("body", "field", "message"),
    [
        ({"sentence": "the " * 8192}, "sentence", "Should have at most 8192 tokens, has 8193"),
        ({"sentences": ["x", "the " * 8192]}, "sentences.1", "Should have at most 8192 tokens, has 8193"),
        (
            {"sentences": ["the " * 8000] * 40},
            "sentences",
            "Should have at most 300000 tokens in all, has 320040",
        ),
    ],
)
def test_too_many_tokens_are_refused_where_the_model_counts_them(
    ask: Any, body: dict[str, Any], field: str, message: str
) -> None:
    answer = ask(model="semantic", **body)
    assert answer.status_code == 422
    assert answer.get_json()["errors"] == [{"field": field, "message": message}]
    assert ask(model="random", **body).status_code == 200


def test_the_limits_are_those_of_the_settings(make_client: Any, tokens: TokenMaker) -> None:
    client = make_client(
        vectors_most_sentences=2,
        vectors_most_characters=30,
        vectors_most_tokens=5,
        vectors_most_tokens_in_all=8,
        vectors_longest_body=1024,
    )
    limits = [each["limits"] for each in client.get("/api/vectors/models").get_json()["items"]]
    plain = {"sentences": 2, "characters": 30, "body": 1024}
    counted = plain | {"tokens": 5, "tokens_in_all": 8}
    assert limits == [plain | {"tokens": None, "tokens_in_all": None}, counted, counted]

    def refused(**body: Any) -> str:
        answer = client.post("/api/vectors", json={"model": "semantic", **body}, headers=tokens.bearer()).get_json()
        return str(answer.get("errors", [{}])[0].get("message", answer["detail"]))

    assert refused(sentences=["a"] * 3) == "List should have at most 2 items"
    assert refused(sentence="x" * 31) == "String should have at most 30 characters"
    assert refused(sentence="a b c d e f") == "Should have at most 5 tokens, has 6"
    assert refused(sentences=["a b c d e"] * 2) == "Should have at most 8 tokens in all, has 10"
    assert refused(sentence="x" * 1024) == "The body is larger than this route takes. It takes 1024 bytes."


def test_the_models_are_listed_for_everybody(client: FlaskClient) -> None:
    answer = client.get("/api/vectors/models")
    assert answer.status_code == 200
    items = {item.pop("name"): item for item in answer.get_json()["items"]}
    assert {name: (item["dimensions"], item["made_by"], item["default"]) for name, item in items.items()} == {
        "random": (500, None, True),
        "semantic": (500, "wordllama-256", False),
        "wordllama-256": (256, None, False),
    }
    assert items["semantic"]["limits"] == {
        "sentences": 2048,
        "characters": 32768,
        "tokens": 8192,
        "tokens_in_all": 300000,
        "body": 4 * 1024 * 1024,
    }


def test_a_model_answers_where_the_list_says_so(client: FlaskClient, tokens: TokenMaker) -> None:
    bodies: dict[str, dict[str, Any]] = {
        "/api/vectors": {"sentence": FOX},
        "/api/vectors/similarity": {"sentences": [FOX, "x"]},
        "/v1/embeddings": {"input": FOX},
    }
    items = client.get("/api/vectors/models").get_json()["items"]
    for item in items:
        for route, body in bodies.items():
            answer = client.post(route, json=body | {"model": item["name"]}, headers=tokens.bearer())
            assert (answer.status_code == 200) == (route in item["routes"]), (route, item["name"])


@pytest.mark.parametrize("model", ["random", "semantic"])
def test_more_than_it_can_take_at_once_is_sent_away(ask: Any, app: Flask, model: str) -> None:
    with app.extensions[KEY].gate.of(4096):
        answer = ask(sentence=FOX, model=model)
        assert (answer.status_code, answer.get_json()["code"]) == (503, "overloaded")
        assert int(answer.headers["Retry-After"]) >= 1
    assert ask(sentence=FOX, model=model).status_code == 200


def test_one_request_alone_is_always_taken(make_client: Any, tokens: TokenMaker) -> None:
    client = make_client(vectors_most_at_once=1)
    answer = client.post("/api/vectors", json={"sentences": ["x", "y"]}, headers=tokens.bearer())
    assert answer.status_code == 200


def test_a_refused_request_holds_no_room(make_client: Any, tokens: TokenMaker) -> None:
    client = make_client(vectors_most_at_once=2, vectors_most_tokens=1)
    for _ in range(5):
        body = {"sentence": "a b c", "model": "semantic"}
        assert client.post("/api/vectors", json=body, headers=tokens.bearer()).status_code == 422
    assert client.post("/api/vectors", json={"sentences": ["x", "y"]}, headers=tokens.bearer()).status_code == 200
