"""Embeddings as OpenAI's clients ask for them."""

from typing import NamedTuple

import numpy as np

from quartet.errors import FieldError, InvalidInput
from vectors.errors import SentencesRefused, UnknownModel
from vectors.models.model import Model, Vectors
from vectors.models.registry import Models
from vectors.models.rows import unit_rows


class Embeddings(NamedTuple):
    """The vectors of n texts, shape (n, dimensions), and how many tokens the texts have in all."""

    vectors: Vectors
    tokens: int


def model_named(models: Models, name: str) -> Model:
    """Return the model; raises UnknownModel, which tells of those that there are."""
    try:
        return models.named(name)
    except UnknownModel:
        names = ", ".join(model.name for model in models)
        raise UnknownModel(f"There is no model of this name; there is {names}.") from None


def embed(model: Model, texts: str | list[str], dimensions: int | None) -> Embeddings:
    """Return the vector of each text, of length 1; of its first `dimensions` numbers only, where that is given.

    Raises:
        InvalidInput: a text breaks a limit, or the model has fewer dimensions.
        Overloaded: too many other sentences are being worked on.
    """
    if dimensions is not None and dimensions > model.dimensions:
        raise InvalidInput(FieldError("dimensions", f"{model.name} has {model.dimensions} dimensions, and no more"))
    alone = isinstance(texts, str)
    try:
        embedded = model.embed([texts] if isinstance(texts, str) else texts)
    except SentencesRefused as error:
        raise error.named("input", alone=alone) from None
    vectors = embedded.vectors if dimensions is None else _cut(embedded.vectors, dimensions)
    return Embeddings(vectors, sum(embedded.tokens))


def _cut(vectors: Vectors, dimensions: int) -> Vectors:
    """Return the first numbers of each, scaled to length 1 again; where they are all 0 they stay so."""
    return unit_rows(vectors[:, :dimensions]).astype(np.float32)
