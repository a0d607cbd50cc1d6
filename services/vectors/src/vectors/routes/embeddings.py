"""OpenAI's API, as far as it is about embeddings: what its own clients call."""

import base64
from typing import Any, ClassVar

from flask import Response
from werkzeug.routing import BaseConverter

from quartet.bodies import longest_body
from quartet.openapi import Blueprint, problems_of
from vectors.errors import Overloaded, UnknownModel
from vectors.models.model import Model, Vectors
from vectors.routes import answers
from vectors.routes.current import models
from vectors.schemas.embeddings import EmbeddingsAnswer, EmbeddingsRequest, ListedModel, ModelList
from vectors.use_cases import embeddings

blueprint = Blueprint("embeddings", __name__, tag="OpenAI")

ASKED: dict[str, Any] = {
    "one": {"summary": "One text", "value": {"model": "wordllama-256", "input": "The quick brown fox"}},
    "many": {
        "summary": "Many texts, cut to two numbers, as base64",
        "value": {"model": "wordllama-256", "input": ["fox", "dog"], "dimensions": 2, "encoding_format": "base64"},
    },
}
ANSWERED: dict[str, Any] = {
    "object": "list",
    "data": [{"object": "embedding", "index": 0, "embedding": [0.6, -0.8]}],
    "model": "wordllama-256",
    "usage": {"prompt_tokens": 4, "total_tokens": 4},
}
LISTED = {"id": "wordllama-256", "object": "model", "created": 0, "owned_by": "quartet"}


class ModelName(BaseConverter):
    """One segment of a path; whether there is such a model, the use case says."""

    regex = "[^/]{1,200}"
    schema: ClassVar = {"type": "string", "pattern": r"^(?!\.{1,2}$)[A-Za-z0-9_.-]{1,200}$"}


@blueprint.post("/v1/embeddings")
@blueprint.input(EmbeddingsRequest, arg_name="body", examples=ASKED)
@blueprint.output(EmbeddingsAnswer, example=ANSWERED)
@problems_of(UnknownModel, Overloaded)
@longest_body("vectors_longest_body")
def create_embeddings(body: EmbeddingsRequest) -> Response:
    """Turn one text, or many, into embeddings, as OpenAI's API does.

    Each has length 1. Errors come as OpenAI's clients read them, beside our own document.
    """
    model = embeddings.model_named(models(), body.model)
    found = embeddings.embed(model, body.input, body.dimensions)
    rows = _base64(found.vectors) if body.encoding_format == "base64" else list(found.vectors)
    document = {
        "object": "list",
        "data": [{"object": "embedding", "index": index, "embedding": row} for index, row in enumerate(rows)],
        "model": model.name,
        "usage": {"prompt_tokens": found.tokens, "total_tokens": found.tokens},
    }
    return answers.of_numbers(document)


@blueprint.get("/v1/models")
@blueprint.output(ModelList, example={"object": "list", "data": [LISTED]})
def list_models() -> ModelList:
    """List the models that embeddings can be asked of, the default of /api/vectors/similarity first."""
    return ModelList(object="list", data=[_listed(model) for model in models()])


@blueprint.get("/v1/models/<model:model>")
@blueprint.output(ListedModel, example=LISTED)
@problems_of(UnknownModel)
def read_model(model: str) -> ListedModel:
    """Tell whether there is a model of this name."""
    return _listed(embeddings.model_named(models(), model))


def _listed(model: Model) -> ListedModel:
    return ListedModel(id=model.name, object="model", created=0, owned_by="quartet")


def _base64(vectors: Vectors) -> list[str]:
    return [base64.b64encode(row).decode() for row in vectors.astype("<f4")]
