"""Vectors of 500 numbers."""

from typing import Any

from quartet.openapi import Blueprint
from vectors.schemas.vectors import VectorsAnswer, VectorsRequest
from vectors.use_cases import vectors

blueprint = Blueprint("vectors", __name__, tag="Vectors")

FOX, DOG = [0.3143530455492004, 0.9498006101313562], [0.13967019958033555, 0.407005256080744]
ASKED: dict[str, Any] = {
    "one": {"summary": "One sentence", "value": {"sentence": "The quick brown fox"}},
    "many": {"summary": "Many sentences", "value": {"sentences": ["The quick brown fox", "The lazy dog"]}},
    "fresh": {"summary": "New numbers", "value": {"sentence": "The quick brown fox", "fresh": True}},
}
ANSWERED: dict[str, Any] = {
    "one": {"summary": "Cut to two numbers", "value": {"model": "random", "dimensions": 500, "vector": FOX}},
    "many": {"summary": "Cut to two numbers", "value": {"model": "random", "dimensions": 500, "vectors": [FOX, DOG]}},
}


@blueprint.post("/api/vectors")
@blueprint.input(VectorsRequest, arg_name="body", examples=ASKED)
@blueprint.output(VectorsAnswer, examples=ANSWERED)
def create_vectors(body: VectorsRequest) -> VectorsAnswer:
    """Turn one sentence, or many, into vectors.

    The model `random` gives 500 numbers, uniform in [0, 1), that depend on nothing but the sentence: asked again, here
    or of another replica, it gives the same. With `fresh` it gives new ones at each call.
    """

    def vector_of(sentence: str) -> list[float]:
        vector = vectors.fresh_vector() if body.fresh else vectors.random_vector(sentence)
        return list(vector.tolist())

    if body.sentences is None:
        return VectorsAnswer(model=body.model, dimensions=vectors.DIMENSIONS, vector=vector_of(body.sentence or ""))
    return VectorsAnswer(
        model=body.model, dimensions=vectors.DIMENSIONS, vectors=[vector_of(each) for each in body.sentences]
    )
