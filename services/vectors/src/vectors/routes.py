"""The HTTP face of vectors."""

from quartet.openapi import Blueprint
from vectors import use_cases
from vectors.schemas import VectorsAnswer, VectorsRequest

blueprint = Blueprint("vectors", __name__, tag="Vectors")


@blueprint.post("/api/vectors")
@blueprint.input(VectorsRequest, arg_name="body", example={"sentence": "The quick brown fox"})
@blueprint.output(VectorsAnswer, example={"model": "random", "dimensions": 500, "vector": [0.5488135, 0.71518937]})
def create_vectors(body: VectorsRequest) -> VectorsAnswer:
    """Turn one sentence, or many, into vectors."""

    def vector_of(sentence: str) -> list[float]:
        vector = use_cases.fresh_vector() if body.fresh else use_cases.random_vector(sentence)
        return list(vector.tolist())

    if body.sentences is None:
        return VectorsAnswer(model=body.model, dimensions=use_cases.DIMENSIONS, vector=vector_of(body.sentence or ""))
    return VectorsAnswer(
        model=body.model, dimensions=use_cases.DIMENSIONS, vectors=[vector_of(each) for each in body.sentences]
    )
