"""OpenAI's API: what comes on the wire; tests/integration/test_embeddings.py calls it with OpenAI's own clients."""

import base64
import json
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient

from quartet.testing import TokenMaker
from vectors.models.wordllama import WordLlamaEncoder
from vectors.use_cases.embeddings import _cut

FOX, DOG = "The quick brown fox", "The lazy dog"
MODEL = "wordllama-256"
TOKENS = "Token ids are not taken; send the text itself (in LangChain: check_embedding_ctx_length=False)"
NEITHER = "Input should be a string or a list of strings"


@pytest.fixture
def ask(client: FlaskClient, tokens: TokenMaker) -> Any:
    def send(**body: Any) -> Any:
        data = json.dumps({"model": MODEL} | body)
        return client.post("/v1/embeddings", data=data, content_type="application/json", headers=tokens.bearer())

    return send


def test_an_embedding_comes_in_the_shape_of_openai(ask: Any) -> None:
    answer = ask(input=FOX)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
    found = answer.get_json()
    (embedding,) = found.pop("data")
    assert len(embedding.pop("embedding")) == 256
    assert embedding == {"object": "embedding", "index": 0}
    used = len(WordLlamaEncoder().tokenize([FOX])[0])
    assert found == {"object": "list", "model": MODEL, "usage": {"prompt_tokens": used, "total_tokens": used}}


def test_embeddings_come_in_the_order_of_the_list_and_their_tokens_are_added_up(ask: Any) -> None:
    many = ask(input=[FOX, DOG, FOX]).get_json()
    fox, dog = ask(input=FOX).get_json(), ask(input=[DOG]).get_json()
    assert [each["index"] for each in many["data"]] == [0, 1, 2]
    assert [each["embedding"] for each in many["data"]] == [each["data"][0]["embedding"] for each in (fox, dog, fox)]
    assert many["usage"]["prompt_tokens"] == 2 * fox["usage"]["prompt_tokens"] + dog["usage"]["prompt_tokens"]


def test_base64_is_that_of_the_same_numbers_as_little_endian_float32(ask: Any) -> None:
    numbers = ask(input=[FOX, DOG], encoding_format="float").get_json()["data"]
    coded = ask(input=[FOX, DOG], encoding_format="base64").get_json()["data"]
    for one, other in zip(numbers, coded, strict=True):
        octets = base64.b64decode(other["embedding"], validate=True)
        assert (np.frombuffer(octets, "<f4") == np.array(one["embedding"], np.float32)).all()


@pytest.mark.parametrize("dimensions", [1, 2, 100, 255, 256, 64.0])
def test_fewer_dimensions_are_the_first_ones_scaled_to_length_1(ask: Any, dimensions: float) -> None:
    full, cut = (
        np.array(json.loads(ask(input=FOX, **options).data)["data"][0]["embedding"])
        for options in ({}, {"dimensions": dimensions})
    )
    assert cut.shape == (int(dimensions),)
    assert np.linalg.norm(cut) == pytest.approx(1, abs=1e-6)
    assert cut == pytest.approx(full[: int(dimensions)] / np.linalg.norm(full[: int(dimensions)]), abs=1e-6)


def test_nothing_is_divided_by_nothing() -> None:
    assert _cut(np.array([[0, 0, 1], [0, -4, 0]], np.float32), 2).tolist() == [[0, 0], [0, -1]]


def test_what_is_null_may_as_well_be_left_out(ask: Any) -> None:
    plain = ask(input=FOX).get_json()
    assert ask(input=FOX, dimensions=None, encoding_format=None, user=None).get_json() == plain
    assert ask(input=FOX, user="somebody").get_json() == plain


def test_2048_texts_are_taken(ask: Any) -> None:
    data = ask(input=[FOX] * 2048, encoding_format="base64").get_json()["data"]
    assert [each["index"] for each in data] == list(range(2048))


@pytest.mark.parametrize(
    ("body", "param", "message"),
    [
        ({"input": [1, 2, 3]}, "input", f"input: {TOKENS}"),
        ({"input": [[1, 2], [3]]}, "input", f"input: {TOKENS}"),
        ({"input": ""}, "input", "input: String should have at least 1 character"),
        ({"input": []}, "input", "input: List should have at least 1 item"),
        ({"input": [FOX, ""]}, "input", "input.1: String should have at least 1 character"),
        ({"input": ["x"] * 2049}, "input", "input: List should have at most 2048 items"),
        ({"input": "x" * 32_769}, "input", "input: String should have at most 32768 characters"),
        ({"input": "狐 " * 8_200}, "input", "input: Should have at most 8192 tokens"),
        ({"input": ["fox " * 4_000] * 100}, "input", "input: Should have at most 300000 tokens in all"),
        ({"input": "a\ud800"}, "input", "input: String should not hold half of a surrogate pair"),
        ({"input": "a\0"}, "input", "input: String should not hold a NUL character"),
        ({"input": [""] * 5}, "input", "and 2 more"),
        ({"input": None}, "input", f"input: {NEITHER}"),
        ({"input": 7}, "input", f"input: {NEITHER}"),
        ({"input": [True]}, "input", f"input: {NEITHER}"),
        ({"input": [1.5]}, "input", f"input: {NEITHER}"),
        ({"input": [FOX, 7]}, "input", f"input: {NEITHER}"),
        ({"input": {"text": FOX}}, "input", f"input: {NEITHER}"),
        ({}, "input", "input: Field required"),
        ({"input": FOX, "model": 7}, "model", "model: Input should be a valid string"),
        ({"input": FOX, "dimensions": 257}, "dimensions", f"dimensions: {MODEL} has 256 dimensions, and no more"),
        ({"input": FOX, "dimensions": 0}, "dimensions", "dimensions: Input should be greater than or equal to 1"),
        ({"input": FOX, "dimensions": "8"}, "dimensions", "dimensions: Input should be a valid integer"),
        ({"input": FOX, "encoding_format": "hex"}, "encoding_format", "Input should be 'float' or 'base64'"),
        ({"input": FOX, "user": 7}, "user", "user: Input should be a valid string"),
        ({"input": FOX, "truncate": True}, "truncate", "truncate: Extra inputs are not permitted"),
    ],
)
def test_what_breaks_a_rule_is_400_and_told_where_clients_look(
    ask: Any, body: dict[str, Any], param: str, message: str
) -> None:
    answer = ask(**body)
    document = answer.get_json()
    error = document["error"]
    assert (answer.status_code, document["status"], document["title"]) == (400, 400, "Bad Request")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert message in error.pop("message")
    assert error == {"type": "invalid_request_error", "param": param, "code": "invalid_input"}
    assert document["errors"][0]["field"].partition(".")[0] == param


def test_a_model_that_there_is_not_is_told_with_those_that_there_are(ask: Any) -> None:
    answer = ask(input=FOX, model="text-embedding-3-small")
    message = f"There is no model of this name; there is {MODEL}."
    error = {"message": message, "type": "invalid_request_error", "param": "model", "code": "model_not_found"}
    assert (answer.status_code, answer.get_json()["error"]) == (404, error)


def test_the_models_are_listed_and_told_one_by_one(client: FlaskClient, tokens: TokenMaker) -> None:
    listed = client.get("/v1/models", headers=tokens.bearer()).get_json()
    assert listed["object"] == "list"
    assert [each["id"] for each in listed["data"]] == [MODEL]
    for each in listed["data"]:
        assert client.get(f"/v1/models/{each['id']}", headers=tokens.bearer()).get_json() == each
    unknown = client.get("/v1/models/gpt-none", headers=tokens.bearer())
    assert (unknown.status_code, unknown.get_json()["error"]["code"]) == (404, "model_not_found")


@pytest.mark.parametrize(
    ("method", "path", "data", "kind", "status", "code"),
    [
        ("POST", "/v1/embeddings", b'{"input": ', "application/json", 400, "malformed_request"),
        ("POST", "/v1/embeddings", b'{"input": "x"}', "text/plain", 415, "unsupported_media_type"),
        ("POST", "/v1/embeddings", b" " * (4 * 2**20 + 1), "application/json", 413, "body_too_large"),
        ("GET", "/v1/embeddings", b"", "application/json", 405, "method_not_allowed"),
        ("POST", "/v1/chat/completions", b"{}", "application/json", 404, "not_found"),
    ],
)
def test_every_error_on_these_paths_is_told_so(
    client: FlaskClient, tokens: TokenMaker, method: str, path: str, data: bytes, kind: str, status: int, code: str
) -> None:
    answer = client.open(path, method=method, data=data, content_type=kind, headers=tokens.bearer())
    document = answer.get_json()
    assert (answer.status_code, document["code"]) == (status, code)
    told = {"message": document["detail"], "type": "invalid_request_error", "param": None, "code": code}
    assert document["error"] == told


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/embeddings", {"model": MODEL, "input": FOX}),
        ("/api/vectors/similarity", {"sentences": [FOX]}),
    ],
)
def test_a_body_may_be_as_long_as_the_setting_says(
    client: FlaskClient, tokens: TokenMaker, path: str, body: dict[str, Any]
) -> None:
    for length, status in ((4 * 2**20, 200), (4 * 2**20 + 1, 413)):
        data = json.dumps(body).encode().rjust(length)
        answer = client.post(path, data=data, content_type="application/json", headers=tokens.bearer())
        assert answer.status_code == status


def test_a_token_is_needed(client: FlaskClient) -> None:
    for method, path in (("POST", "/v1/embeddings"), ("GET", "/v1/models"), ("GET", f"/v1/models/{MODEL}")):
        answer = client.open(path, method=method, json={})
        assert (answer.status_code, answer.get_json()["error"]["code"]) == (401, "token_missing")
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_replica_that_has_enough_to_do_says_when_to_come_again(client: FlaskClient, ask: Any) -> None:
    with client.application.extensions["vectors.models"].gate.of(4_096):
        answer = ask(input=FOX)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    assert (answer.get_json()["error"]["type"], answer.get_json()["error"]["code"]) == ("server_error", "overloaded")


def test_elsewhere_errors_are_problem_documents_and_no_more(client: FlaskClient, tokens: TokenMaker) -> None:
    answer = client.post("/api/vectors", json={}, headers=tokens.bearer())
    assert answer.status_code == 422
    assert "error" not in answer.get_json()
