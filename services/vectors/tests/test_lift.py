"""The lift to 500 dimensions keeps every angle."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectors.models.lift import lifted, matrix
from vectors.models.model import Vectors
from vectors.models.rows import DIMENSIONS

SINGLE = float(np.finfo(np.float32).eps)


@pytest.mark.parametrize("dimensions", [1, 256, 384, 499, 500])
def test_its_columns_are_orthonormal(dimensions: int) -> None:
    columns = matrix(dimensions)
    assert columns.shape == (DIMENSIONS, dimensions)
    assert abs(columns.T @ columns - np.eye(dimensions)).max() < 1e-14


def test_it_is_for_ever() -> None:
    pinned = {
        (0, 0): 0.044721359549995794,
        (1, 1): 0.04527979892718909,
        (7, 200): -0.028712880305100955,
        (499, 255): -0.041825034762345274,
        (250, 3): -0.04472135954999579,
    }
    columns = matrix(256)
    assert {place: columns[place] for place in pinned} == pytest.approx(pinned, abs=1e-16)


@given(seed=st.integers(0, 2**32), dimensions=st.integers(1, 500), scale=st.floats(1e-3, 1e3))
def test_cosines_stay_to_single_precision(seed: int, dimensions: int, scale: float) -> None:
    vectors = np.random.default_rng(seed).normal(scale=scale, size=(6, dimensions)).astype(np.float32)
    assert abs(cosines(lifted(vectors)) - cosines(vectors)).max() < 4 * SINGLE
    lengths = np.linalg.norm(vectors.astype(float), axis=1)
    assert np.linalg.norm(lifted(vectors).astype(float), axis=1) == pytest.approx(lengths, rel=4 * SINGLE)


def test_a_sentence_has_its_vector_whatever_stands_beside_it() -> None:
    vectors = np.random.default_rng(0).normal(size=(400, 256)).astype(np.float32)
    alone = np.concatenate([lifted(vectors[place : place + 1]) for place in range(len(vectors))])
    assert (lifted(vectors) == alone).all()


def cosines(vectors: Vectors) -> npt.NDArray[np.float64]:
    exact = vectors.astype(np.float64)
    units = exact / np.linalg.norm(exact, axis=1, keepdims=True)
    return np.asarray(units @ units.T)
