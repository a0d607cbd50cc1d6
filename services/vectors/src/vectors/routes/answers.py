"""Answers that are mostly numbers."""

from typing import Any

import orjson
from flask import Response

JSON = "application/json"


def of_numbers(document: Any) -> Response:
    """Return a document, whose arrays of NumPy become lists without becoming Python's floats in between.

    Each number has the digits that tell it from its neighbours in the precision of its array (32 or 64 bits).
    """
    return Response(orjson.dumps(document, option=orjson.OPT_SERIALIZE_NUMPY), content_type=JSON)
