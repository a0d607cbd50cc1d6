"""preqlin, whose random arrays came with the name of who asked and with the words counted."""

from typing import Any

from flask import Response

from quartet.bodies import longest_body
from quartet.guard import principal
from quartet.legacy import TOKEN_CODES, LegacyBlueprint, Told, replaced_by
from quartet.openapi import problems_of
from vectors.errors import Overloaded, of_one_sentence
from vectors.routes import answers
from vectors.routes.current import models
from vectors.schemas.legacy import ArrayRequest, RandomArray
from vectors.use_cases import vectors

TELLINGS = {
    "invalid_input": Told(400),
    "malformed_request": Told(400),
    **dict.fromkeys(TOKEN_CODES, Told(401, "error")),
}

blueprint = LegacyBlueprint("preqlin", __name__, TELLINGS)

FOX = "The quick brown fox"
EXAMPLE: dict[str, Any] = {
    "user": "ada",
    "input_sentence": FOX,
    "word_count": 4,
    "random_array": [0.3143530455492004, 0.9498006101313562],
}


@blueprint.post("/generate_random_array")
@replaced_by("POST /api/vectors")
@blueprint.input(ArrayRequest, arg_name="body", example={"sentence": FOX})
@blueprint.output(RandomArray, examples={"cut": {"summary": "Cut to two numbers", "value": EXAMPLE}})
@problems_of(Overloaded)
@longest_body("vectors_longest_body")
def generate_random_array(body: ArrayRequest) -> Response:
    """Turn a sentence into its 500 numbers, uniform in [0, 1), those of the model `random`."""
    with of_one_sentence():
        found = vectors.random_vectors(models(), [body.sentence], fresh=False)
    return answers.of_numbers(
        {
            "user": principal().username,
            "input_sentence": body.sentence,
            "word_count": len(body.sentence.split()),
            "random_array": found[0],
        }
    )
