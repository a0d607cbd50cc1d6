"""Vectors of 500 numbers."""

from contextlib import nullcontext
from typing import Any

from flask import Response

from quartet.bodies import longest_body
from quartet.errors import NotAcceptable
from quartet.openapi import Blueprint, answers_with, problems_of
from vectors.errors import Overloaded, of_one_sentence
from vectors.models.rows import DIMENSIONS, Rows
from vectors.routes import answers, current, raw
from vectors.schemas.vectors import VectorsAnswer, VectorsRequest
from vectors.use_cases import vectors

blueprint = Blueprint("vectors", __name__, tag="Vectors")

FOX, DOG = [0.3143530455492004, 0.9498006101313562], [0.13967019958033555, 0.407005256080744]
NEAR = [-0.02190779, 0.02553258]
ASKED: dict[str, Any] = {
    "one": {"summary": "One sentence", "value": {"sentence": "The quick brown fox"}},
    "many": {"summary": "Many sentences", "value": {"sentences": ["The quick brown fox", "The lazy dog"]}},
    "fresh": {"summary": "New numbers", "value": {"sentence": "The quick brown fox", "fresh": True}},
    "semantic": {"summary": "By meaning", "value": {"sentence": "The quick brown fox", "model": "semantic"}},
}
ANSWERED: dict[str, Any] = {
    "one": {"summary": "Cut to two numbers", "value": {"model": "random", "dimensions": 500, "vector": FOX}},
    "many": {"summary": "Cut to two numbers", "value": {"model": "random", "dimensions": 500, "vectors": [FOX, DOG]}},
    "semantic": {"summary": "By meaning", "value": {"model": "semantic", "dimensions": 500, "vector": NEAR}},
}


@blueprint.post("/api/vectors")
@blueprint.input(VectorsRequest, arg_name="body", examples=ASKED)
@blueprint.output(VectorsAnswer, examples=ANSWERED)
@answers_with(200, raw.OCTETS, "Where the Accept header prefers it: the numbers as little-endian float32.")
@problems_of(Overloaded, NotAcceptable)
@longest_body("vectors_longest_body")
def create_vectors(body: VectorsRequest) -> Response:
    """Turn one sentence, or many, into vectors.

    The model `random` gives 500 numbers, uniform in [0, 1), that depend on nothing but the sentence: asked again, here
    or of another replica, it gives the same. With `fresh` it gives new ones at each call.

    The model `semantic` gives vectors of length 1 whose cosine tells how near two sentences are in meaning: those of
    the model that GET /api/vectors/models names, turned into 500 dimensions without a change of any angle.

    With `Accept: application/octet-stream` they come as octets: the same numbers rounded to float32, little-endian, row
    after row in the order of the sentences. `X-Vectors-Count` and `X-Vectors-Dimensions` tell the shape,
    `X-Vectors-Model` the model.
    """
    octets = raw.wants_octets()
    alone = body.sentences is None
    sentences = [body.sentence or ""] if body.sentences is None else body.sentences
    with of_one_sentence() if alone else nullcontext():
        if body.model == "random":
            found: Rows = vectors.random_vectors(current.models(), sentences, fresh=body.fresh)
        else:
            found = vectors.semantic_vectors(current.models(), sentences)
    if octets:
        return raw.octets(found, body.model)
    answer: dict[str, Any] = {"model": body.model, "dimensions": DIMENSIONS}
    return answers.of_numbers(answer | ({"vector": found[0]} if alone else {"vectors": found}))
