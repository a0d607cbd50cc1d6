"""Vectors as octets, for whoever prefers them."""

import json
import struct
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient

from quartet.testing import TokenMaker

FOX, DOG = "The quick brown fox", "The lazy dog"
OCTETS = "application/octet-stream"


@pytest.fixture
def ask(client: FlaskClient, tokens: TokenMaker) -> Any:
    def send(accept: str | None, **body: Any) -> Any:
        headers = tokens.bearer() | ({} if accept is None else {"Accept": accept})
        return client.post("/api/vectors", json=body, headers=headers)

    return send


@pytest.mark.parametrize("model", ["random", "semantic"])
def test_octets_are_the_numbers_of_the_json_as_float32_row_after_row(ask: Any, model: str) -> None:
    sentences = [FOX, DOG, "🦊"]
    answer = ask(OCTETS, sentences=sentences, model=model)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, OCTETS)
    told = [answer.headers[f"X-Vectors-{each}"] for each in ("Count", "Dimensions", "Model")]
    assert told == ["3", "500", model]
    numbers = np.frombuffer(answer.data, "<f4").reshape(3, 500)
    expected = np.array(ask(None, sentences=sentences, model=model).get_json()["vectors"]).astype(np.float32)
    assert (numbers == expected).all()


def test_one_sentence_is_one_row(ask: Any) -> None:
    answer = ask(OCTETS, sentence=FOX)
    assert (answer.headers["X-Vectors-Count"], len(answer.data)) == ("1", 2000)


def test_the_octets_are_little_endian(ask: Any) -> None:
    assert ask(OCTETS, sentence=FOX).data[:4] == struct.pack("<f", 0.3143530455492004) == bytes.fromhex("e2f2a03e")


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, "application/json"),
        ("", "application/json"),
        ("*/*", "application/json"),
        ("application/*", "application/json"),
        ("application/json", "application/json"),
        (OCTETS, OCTETS),
        (f"{OCTETS}, */*", "application/json"),
        (f"{OCTETS}, */*;q=0.5", OCTETS),
        (f"application/json, {OCTETS}", "application/json"),
        (f"{OCTETS}, application/json", "application/json"),
        (f"application/json;q=0.4, {OCTETS};q=0.5", OCTETS),
        ("application/json;q=0, */*", OCTETS),
        (f"{OCTETS};q=0, */*;q=0.1", "application/json"),
        ("APPLICATION/OCTET-STREAM", OCTETS),
        ("application/json; charset=utf-8", "application/json"),
        (f"{OCTETS};v=1;q=0.5, application/json;q=0.4", OCTETS),
        (f"application/json;q=0.1, {OCTETS};q=0.2, application/json;q=0.3", "application/json"),
        (f"{OCTETS};q=wrong", "application/json"),
        (f"text/html, {OCTETS};q=0.001", OCTETS),
    ],
)
def test_the_accept_header_chooses(ask: Any, accept: str | None, chosen: str) -> None:
    answer = ask(accept, sentence=FOX)
    assert (answer.status_code, answer.mimetype) == (200, chosen)


@pytest.mark.parametrize("accept", ["text/html", "application/problem+json", "*/*;q=0", f"{OCTETS};q=0"])
def test_an_answer_that_nobody_takes_is_not_made(ask: Any, accept: str) -> None:
    answer = ask(accept, sentence=FOX)
    assert (answer.status_code, answer.get_json()["code"]) == (406, "not_acceptable")


def test_an_error_is_told_in_our_own_document_all_the_same(ask: Any) -> None:
    answer = ask(OCTETS, sentence="")
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert json.loads(answer.data)["errors"][0]["field"] == "sentence"
