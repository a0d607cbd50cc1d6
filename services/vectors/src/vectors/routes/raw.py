"""Vectors as octets: little-endian float32, one row after the other, for those who would only convert JSON again."""

from typing import Any

import numpy as np
import numpy.typing as npt
from flask import Response, request

from quartet.errors import NotAcceptable

JSON = "application/json"
OCTETS = "application/octet-stream"
OFFERS = (JSON, OCTETS)


def wants_octets() -> bool:
    """Whether the present request would rather have octets than JSON (RFC 9110 §12.5.1); of equals JSON it is.

    Raises:
        NotAcceptable: it takes neither.
    """
    accepted = request.accept_mimetypes
    if not accepted:
        return False
    best = max(OFFERS, key=accepted.quality)
    if not accepted.quality(best):
        raise NotAcceptable(f"There is {JSON} and {OCTETS}, and the Accept header allows neither.")
    return best == OCTETS


def octets(vectors: npt.NDArray[Any], model: str) -> Response:
    """Return the answer that is the bytes of `vectors`, shape (count, dimensions), whose shape its headers tell."""
    response = Response(np.ascontiguousarray(vectors, dtype="<f4").tobytes(), content_type=OCTETS)
    count, dimensions = vectors.shape
    response.headers["X-Vectors-Count"] = str(count)
    response.headers["X-Vectors-Dimensions"] = str(dimensions)
    response.headers["X-Vectors-Model"] = model
    return response
