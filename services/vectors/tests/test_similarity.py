"""How alike sentences are, as numbers and as callers meet it."""

import json
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from quartet.testing import TokenMaker
from vectors.use_cases.similarity import matrix, ranking

PATH = "/api/vectors/similarity"
FOX, FAST, TAX = "The quick brown fox", "A fast dark fox", "Tax law of the country"
NUMBERS = st.floats(-1e3, 1e3, width=32, allow_subnormal=False)
VECTORS = arrays.arrays(np.float32, st.tuples(st.integers(1, 9), st.integers(1, 7)), elements=NUMBERS)


@pytest.fixture
def ask(client: FlaskClient, tokens: TokenMaker) -> Any:
    def send(**body: Any) -> Any:
        return client.post(PATH, data=json.dumps(body), content_type="application/json", headers=tokens.bearer())

    return send


@given(vectors=VECTORS)
def test_a_matrix_is_symmetric_with_ones_on_its_diagonal_and_nothing_beyond(vectors: Any) -> None:
    found = matrix(vectors)
    assert (found == found.T).all()
    assert (np.diag(found) == 1).all()
    assert (np.abs(found) <= 1).all()  # a NaN is not


@given(vectors=VECTORS, twice=st.integers(0, 8))
def test_equal_vectors_are_equally_near_wherever_they_stand(vectors: Any, twice: int) -> None:
    again = vectors[twice % len(vectors)]
    vectors = np.vstack([vectors, again])
    found = ranking(vectors[0], vectors, len(vectors))
    scores = dict(found)
    assert scores[twice % (len(vectors) - 1)] == scores[len(vectors) - 1]
    assert found == sorted(found, key=lambda each: (-each[1], each[0]))
    assert matrix(vectors)[twice % (len(vectors) - 1), -1] == (1 if again.any() else 0)


def test_a_cosine_is_what_the_books_say() -> None:
    assert matrix(np.array([[3, 4], [4, 3], [-3, -4], [0, 0]], np.float32)).tolist() == [
        [1, 0.96, -1, 0],
        [0.96, 1, -0.96, 0],
        [-1, -0.96, 1, 0],
        [0, 0, 0, 1],
    ]


def test_sentences_are_compared_each_with_each(ask: Any) -> None:
    answer = ask(sentences=[FOX, FAST, TAX, FOX]).get_json()
    found = np.array(answer.pop("matrix"))
    assert answer == {"model": "semantic"}
    assert found.shape == (4, 4)
    assert (found == found.T).all()
    assert found[0, 3] == found[0, 0] == 1
    assert found[0, 1] > 0.5 > found[0, 2]


def test_sentences_are_ranked_by_a_query(ask: Any) -> None:
    answer = ask(query="fox", sentences=[TAX, FAST, FOX, FAST], top_k=3).get_json()
    ranked = answer.pop("ranking")
    assert answer == {"model": "semantic"}
    assert [each.keys() for each in ranked] == [{"index", "score"}] * 3
    assert 0 not in [each["index"] for each in ranked]
    assert [each["index"] for each in ranked if each["index"] != 2] == [1, 3]
    assert [each["score"] for each in ranked] == sorted((each["score"] for each in ranked), reverse=True)


def test_a_ranking_is_of_all_where_no_number_or_a_large_one_is_given(ask: Any) -> None:
    all_of_them = ask(query="fox", sentences=[TAX, FAST, FOX]).get_json()
    assert len(all_of_them["ranking"]) == 3
    assert ask(query="fox", sentences=[TAX, FAST, FOX], top_k=10**30).get_json() == all_of_them


def test_semantic_is_as_near_as_the_model_beneath(ask: Any) -> None:
    semantic = ask(sentences=[FOX, FAST, TAX]).get_json()
    beneath = ask(sentences=[FOX, FAST, TAX], model="wordllama-256").get_json()
    assert beneath == semantic | {"model": "wordllama-256"}


def test_as_many_as_is_told_are_compared_and_more_are_ranked(ask: Any, client: FlaskClient) -> None:
    most = client.get("/api/vectors/models").get_json()["most_compared"]
    sentences = [f"Sentence {n}" for n in range(most + 1)]
    assert len(ask(sentences=sentences[1:]).get_json()["matrix"]) == most == 256
    assert ask(sentences=sentences).status_code == 422
    assert len(ask(sentences=sentences, query=FOX).get_json()["ranking"]) == most + 1


@pytest.mark.parametrize(
    ("body", "field", "message"),
    [
        ({}, "sentences", "Field required"),
        ({"query": FOX}, "sentences", "Field required"),
        ({"sentences": FOX}, "sentences", "Input should be a valid list"),
        ({"sentences": []}, "sentences", "List should have at least 1 item"),
        ({"sentences": [FOX, 7]}, "sentences.1", "Input should be a valid string"),
        ({"sentences": [FOX, 7, 7, None]}, "sentences.1", "Input should be a valid string"),
        ({"sentences": [FOX, ""]}, "sentences.1", "String should have at least 1 character"),
        ({"sentences": [FOX, "\ud800"]}, "sentences.1", "String should not hold half of a surrogate pair"),
        ({"sentences": ["x"] * 257}, "sentences", "List should have at most 256 items, or a query beside it"),
        ({"sentences": ["x"] * 2049, "query": "x"}, "sentences", "List should have at most 2048 items"),
        ({"sentences": [FOX], "query": ""}, "query", "String should have at least 1 character"),
        ({"sentences": [FOX], "query": "x" * 32769}, "query", "String should have at most 32768 characters"),
        ({"sentences": [FOX], "query": "\udfff"}, "query", "String should not hold half of a surrogate pair"),
        ({"sentences": [FOX], "query": None}, "query", "Leave out what is null"),
        ({"sentences": [FOX], "query": FOX, "top_k": None}, "top_k", "Leave out what is null"),
        ({"sentences": [FOX], "query": FOX, "top_k": 0}, "top_k", "Input should be greater than or equal to 1"),
        ({"sentences": [FOX], "query": FOX, "top_k": 1.5}, "top_k", "Input should be a valid integer"),
        ({"sentences": [FOX], "top_k": 1}, "body", "Give top_k only with a query"),
        ({"sentences": [FOX], "model": "random"}, "model", "The vectors of random have no meaning to compare"),
        ({"sentences": [FOX], "vectors": []}, "vectors", "Extra inputs are not permitted"),
    ],
)
def test_what_breaks_a_rule_is_named(ask: Any, body: dict[str, Any], field: str, message: str) -> None:
    answer = ask(**body)
    assert answer.status_code == 422
    assert answer.get_json()["errors"] == [{"field": field, "message": message}]


def test_a_query_and_its_sentences_have_the_limits_of_one_request(
    make_client: Callable[..., FlaskClient], tokens: TokenMaker
) -> None:
    client = make_client(vectors_most_tokens=4, vectors_most_tokens_in_all=8, vectors_most_sentences=2)

    def refused(query: str, *sentences: str) -> Any:
        body = {"query": query, "sentences": sentences}
        return client.post(PATH, json=body, headers=tokens.bearer()).get_json().get("errors")

    many = {"message": "Should have at most 4 tokens, has 5"}
    assert refused("a b", "a b", "a b") is None
    assert refused("a b c d", "a b c", "a b") == [
        {"field": "sentences", "message": "Should have at most 8 tokens in all, has 9"}
    ]
    assert refused("a b c d e", "a", "a b c d e") == [{"field": "query"} | many, {"field": "sentences.1"} | many]
    assert refused("a", "a", "a", "a") == [{"field": "sentences", "message": "List should have at most 2 items"}]


def test_a_model_that_there_is_not_is_told(ask: Any) -> None:
    answer = ask(sentences=[FOX], model="none")
    assert (answer.status_code, answer.get_json()["code"]) == (404, "model_not_found")


def test_no_number_is_ever_none(ask: Any) -> None:
    found = ask(sentences=["🦊", " x", "狐", "a", "\t1", "𝔘𝔫𝔦"]).get_json()["matrix"]
    assert all(math.isfinite(each) for row in found for each in row)
