"""flask-app, whose random arrays came bare."""

from typing import Any

from flask import Response

from quartet.bodies import longest_body
from quartet.legacy import TOKEN_CODES, LegacyBlueprint, Told, replaced_by
from quartet.openapi import problems_of
from quartet.tokens import TokenMissing
from vectors.errors import Overloaded, of_one_sentence
from vectors.routes import answers
from vectors.routes.current import models
from vectors.schemas.legacy import ArrayRequest, BareArray
from vectors.use_cases import vectors

TELLINGS = {
    "invalid_input": Told(400, "error"),
    "malformed_request": Told(400, "error"),
    **dict.fromkeys(TOKEN_CODES, Told(401)),
    TokenMissing.code: Told(401, text="Token is missing"),
}

blueprint = LegacyBlueprint("flask-app", __name__, TELLINGS)

EXAMPLES: dict[str, Any] = {"cut": {"summary": "Cut to two numbers", "value": [0.3143530455492004, 0.9498006101313562]}}


@blueprint.post("/generate_array")
@replaced_by("POST /api/vectors")
@blueprint.input(ArrayRequest, arg_name="body", example={"sentence": "The quick brown fox"})
@blueprint.output(BareArray, examples=EXAMPLES)
@problems_of(Overloaded)
@longest_body("vectors_longest_body")
def generate_array(body: ArrayRequest) -> Response:
    """Turn a sentence into its 500 numbers, uniform in [0, 1), those of the model `random`."""
    with of_one_sentence():
        found = vectors.random_vectors(models(), [body.sentence], fresh=False)
    return answers.of_numbers(found[0])
