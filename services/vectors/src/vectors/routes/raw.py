"""Vectors as octets: little-endian float32, one row after the other, for those who would only convert JSON again."""

from typing import Any

import numpy as np
import numpy.typing as npt
from flask import Response, request

from quartet.errors import NotAcceptable
from vectors.routes.answers import JSON

OCTETS = "application/octet-stream"
OFFERS = (JSON, OCTETS)


def wants_octets() -> bool:
    """Whether the present request would rather have octets than JSON (RFC 9110 §12.5.1); of equals JSON it is.

    Raises:
        NotAcceptable: it takes neither.
    """
    if not request.accept_mimetypes:
        return False
    best = max(OFFERS, key=_quality)
    if not _quality(best):
        raise NotAcceptable(f"There is {JSON} and {OCTETS}, and the Accept header allows neither.")
    return best == OCTETS


def _quality(media_type: str) -> float:
    """Return how much a media type is wanted, from 0 to 1: by the range that fits it best.

    A range's parameters are not looked at: many a client asks for JSON with a charset.
    """
    wanted: dict[str, float] = {}
    for value, quality in request.accept_mimetypes:
        named = value.partition(";")[0].strip().lower()
        wanted[named] = max(quality, wanted.get(named, 0))
    ranges = (media_type, f"{media_type.partition('/')[0]}/*", "*/*")
    return next((wanted[each] for each in ranges if each in wanted), 0)


def octets(vectors: npt.NDArray[Any], model: str) -> Response:
    """Return the answer that is the bytes of `vectors`, shape (count, dimensions), whose shape its headers tell."""
    response = Response(np.ascontiguousarray(vectors, dtype="<f4").tobytes(), content_type=OCTETS)
    count, dimensions = vectors.shape
    response.headers["X-Vectors-Count"] = str(count)
    response.headers["X-Vectors-Dimensions"] = str(dimensions)
    response.headers["X-Vectors-Model"] = model
    return response
