"""How alike sentences are."""

from typing import Any

from flask import Response

from quartet.bodies import longest_body
from quartet.openapi import Blueprint, problems_of
from vectors.errors import Overloaded, UnknownModel
from vectors.routes import answers
from vectors.routes.current import models, settings
from vectors.schemas.similarity import Ranked, SimilarityAnswer, SimilarityRequest
from vectors.use_cases import similarity

blueprint = Blueprint("similarity", __name__, tag="Vectors")

SENTENCES = ["The quick brown fox", "A fast dark fox", "Tax law"]
ASKED: dict[str, Any] = {
    "each": {"summary": "Each with each", "value": {"sentences": SENTENCES}},
    "query": {"summary": "The most alike", "value": {"query": "fox", "sentences": SENTENCES, "top_k": 1}},
}
ANSWERED: dict[str, Any] = {
    "each": {
        "summary": "Each with each",
        "value": {"model": "semantic", "matrix": [[1, 0.62, 0.03], [0.62, 1, 0.05], [0.03, 0.05, 1]]},
    },
    "query": {
        "summary": "The most alike",
        "value": {"model": "semantic", "ranking": [{"index": 0, "score": 0.71}]},
    },
}


@blueprint.post("/api/vectors/similarity")
@blueprint.input(SimilarityRequest, arg_name="body", examples=ASKED)
@blueprint.output(SimilarityAnswer, examples=ANSWERED)
@problems_of(UnknownModel, Overloaded)
@longest_body("vectors_longest_body")
def compare_sentences(body: SimilarityRequest) -> Response | SimilarityAnswer:
    """Tell how alike sentences are: each with each, or each with a query, the most alike first.

    A score is the cosine of the angle between two vectors, from -1 to 1, to six digits. Of equal ones the first in
    the list comes first.
    """
    model = models().semantic if body.model == "semantic" else models().named(body.model)
    if body.query is not None:
        ranking = similarity.rank(model, body.query, body.sentences, body.top_k)
        ranked = [Ranked(index=index, score=score) for index, score in ranking]
        return SimilarityAnswer(model=body.model, ranking=ranked)
    matrix = similarity.compare(model, body.sentences, settings().vectors_most_compared)
    return answers.of_numbers({"model": body.model, "matrix": matrix})
