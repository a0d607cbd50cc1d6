"""A network under load takes what it can do in time, refuses the rest at once, and leaves threads to others."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from quartet.testing import TokenMaker
from quartet.testing.waiting import eventually
from services.vectors.tests import tiny_model
from vectors.errors import Overloaded, SentencesRefused
from vectors.models.model import Model, Tokens, Vectors
from vectors.models.registry import load
from vectors.settings import VectorsSettings

LONG = "red " * 8  # ten tokens, with the special ones
Stopped = Callable[..., tuple[Model, threading.Event, list[int]]]


@pytest.fixture
def stopped(tmp_path: Path) -> Stopped:
    """Return a model whose network stands still until the event is set, and the sizes of what stands there."""

    def make(**settings: int) -> tuple[Model, threading.Event, list[int]]:
        path = tiny_model.write(tmp_path / "tiny")
        model = load(VectorsSettings(environment="testing", vectors_model_dir=path, **settings)).default  # type: ignore[arg-type]
        encode, go, inside = model._encoder.encode, threading.Event(), list[int]()

        def wait(sentences: Sequence[Tokens]) -> Vectors:
            inside.append(len(sentences))
            assert go.wait(10)
            return encode(sentences)

        model._encoder.encode = wait  # type: ignore[method-assign]
        return model, go, inside

    return make


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as pool:
        yield pool


def test_tokens_beyond_those_in_hand_are_refused_at_once(stopped: Stopped, pool: ThreadPoolExecutor) -> None:
    model, go, inside = stopped(vectors_model_at_once=25)
    asked = [pool.submit(model.embed, [LONG]) for _ in range(2)]
    eventually(lambda: len(inside) == 2)
    with pytest.raises(Overloaded):
        model.embed([LONG])
    short = pool.submit(model.embed, ["red"])
    eventually(lambda: len(inside) == 3)
    go.set()
    assert [each.result().tokens for each in [*asked, short]] == [[10], [10], [3]]
    assert model.embed([LONG] * 3).tokens == [10] * 3  # alone it is taken


def test_two_threads_are_left_to_others(stopped: Stopped, pool: ThreadPoolExecutor) -> None:
    model, go, inside = stopped(threads=4)
    asked = [pool.submit(model.embed, ["red"]) for _ in range(2)]
    eventually(lambda: len(inside) == 2)
    with pytest.raises(Overloaded):
        model.embed(["red"])
    checked = pool.submit(model.check)
    eventually(lambda: len(inside) == 3)  # readiness is not sent away
    go.set()
    assert [each.result().tokens for each in asked] == [[3], [3]]
    checked.result()


def test_a_network_has_a_limit_of_its_own_for_all_tokens(
    make_client: Callable[..., FlaskClient], tokens: TokenMaker, tmp_path: Path
) -> None:
    client = make_client(vectors_model_dir=tiny_model.write(tmp_path / "tiny"), vectors_model_tokens_in_all=9)
    limits = {each["name"]: each["limits"] for each in client.get("/api/vectors/models").get_json()["items"]}
    assert (limits["tiny"]["tokens_in_all"], limits["wordllama-256"]["tokens_in_all"]) == (9, 300_000)
    body = {"model": "tiny", "input": [LONG]}
    answer = client.post("/v1/embeddings", json=body, headers=tokens.bearer())
    assert answer.status_code == 400
    assert answer.get_json()["errors"] == [{"field": "input", "message": "Should have at most 9 tokens in all, has 10"}]


def test_a_network_takes_a_tenth_of_the_others_by_default(
    stopped: Stopped,
) -> None:
    model, go, _ = stopped()
    go.set()
    with pytest.raises(SentencesRefused) as refused:
        model.embed(["red " * 8_000] * 4)
    assert refused.value.rules == {None: "Should have at most 32000 tokens in all, has 32008"}
