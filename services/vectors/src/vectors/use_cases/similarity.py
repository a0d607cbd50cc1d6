"""How alike sentences are: the cosine of the angle between their vectors."""

import numpy as np
import numpy.typing as npt

from quartet.errors import FieldError, InvalidInput
from vectors.errors import SentencesRefused
from vectors.models.model import Model
from vectors.models.rows import Rows, unit_rows

DIGITS = 6
"""Digits of a cosine after the point: no more than vectors of single precision hold. Sums differ in later ones with the
place in a list, and two equal sentences shall be equally near."""

Cosines = npt.NDArray[np.float64]


def compare(model: Model, sentences: list[str], most: int) -> Cosines:
    """Return the cosine of each sentence with each.

    Raises:
        SentencesRefused: they break a limit of the model's, or are more than `most`.
        Overloaded: too many others are being worked on.
    """
    if len(sentences) > most:
        raise SentencesRefused({None: f"List should have at most {most} items, or a query beside it"})
    return matrix(model.embed(sentences).vectors)


def rank(model: Model, query: str, sentences: list[str], top_k: int | None) -> list[tuple[int, float]]:
    """Return place and cosine of the `top_k` sentences most like the query, or of all; raises as `compare` does."""
    try:
        found = model.embed_with(query, sentences).vectors
    except SentencesRefused as error:
        raise _of_query(error) from None
    return ranking(found[0], found[1:], top_k or len(sentences))


def _of_query(error: SentencesRefused) -> InvalidInput:
    """Return the error of a list whose first is the query, with the fields that they came in."""
    rules = {None if place is None else place - 1: rule for place, rule in error.rules.items()}
    asked = rules.pop(-1, None)
    others = SentencesRefused(rules).errors
    return InvalidInput(*([] if asked is None else [FieldError("query", asked)]), *others)


def matrix(vectors: Rows) -> Cosines:
    """Return the cosine of each with each, (n, dimensions) to (n, n): symmetric, and exactly 1 on the diagonal."""
    units = unit_rows(vectors)
    upper = np.triu(_cosines(units, units), k=1)
    return upper + upper.T + np.eye(len(units))


def ranking(query: Rows, vectors: Rows, top_k: int) -> list[tuple[int, float]]:
    """Return index and cosine of the `top_k` vectors most like the query, (dimensions,) to (n, dimensions), best first.

    Of equal ones the first in the list comes first.
    """
    cosines = _cosines(unit_rows(vectors), unit_rows(query[np.newaxis]))[:, 0]
    best = np.argsort(-cosines, kind="stable")[:top_k]
    return list(zip(best.tolist(), cosines[best].tolist(), strict=True))


def _cosines(units: Cosines, others: Cosines) -> Cosines:
    cosines: Cosines = np.clip(units @ others.T, -1, 1)
    return cosines.round(DIGITS) + 0.0  # no -0.0
