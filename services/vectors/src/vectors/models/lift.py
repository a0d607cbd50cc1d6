"""From a model's own dimensions to 500, without a change of any angle."""

import functools

import numpy as np
import numpy.typing as npt

from vectors.models.model import Vectors
from vectors.models.rows import DIMENSIONS

Matrix = npt.NDArray[np.float64]


def matrix(dimensions: int) -> Matrix:
    """Return the first columns, DIMENSIONS × dimensions, of the discrete Hartley transform of DIMENSIONS points.

    Row j, column k, both from 0: (cos t + sin t) / sqrt(DIMENSIONS), where t is 2 pi (j k mod DIMENSIONS) / DIMENSIONS.
    The transform is orthogonal (Bracewell, "Discrete Hartley transform", 1983), so its columns are orthonormal, and
    what is multiplied by them keeps its lengths and angles. No solver is asked, whose answers differ by machine.
    """
    return _transform()[:, :dimensions]


@functools.cache
def _transform() -> Matrix:
    places = np.arange(DIMENSIONS)
    turns = 2 * np.pi * places / DIMENSIONS
    values = (np.cos(turns) + np.sin(turns)) / np.sqrt(DIMENSIONS)
    return np.asarray(values[np.outer(places, places) % DIMENSIONS])


def lifted(vectors: Vectors) -> Vectors:
    """Return vectors of DIMENSIONS, n × d to n × DIMENSIONS, whose cosines are those of the given ones.

    In double precision: how many sentences are multiplied at once then does not show in single precision.
    """
    return np.asarray(vectors.astype(np.float64) @ matrix(vectors.shape[1]).T, np.float32)
