"""The models: each turns a sentence into a vector."""

import hashlib
import secrets

import numpy as np
import numpy.typing as npt

DIMENSIONS = 500

Vector = npt.NDArray[np.float64]


def random_vector(sentence: str) -> Vector:
    """Return DIMENSIONS numbers, uniform in [0, 1), that depend on nothing but the sentence.

    The sentence's SHA-256 keys a Philox counter-based generator (Salmon et al., 2011), whose stream NumPy keeps
    the same across platforms, so that every replica gives the same vector.
    """
    return _uniform(hashlib.sha256(sentence.encode()).digest())


def fresh_vector() -> Vector:
    """Return DIMENSIONS numbers, uniform in [0, 1), that nobody can foresee."""
    return _uniform(secrets.token_bytes(32))


def _uniform(seed: bytes) -> Vector:
    key = int.from_bytes(seed[:16], "little")
    return np.random.Generator(np.random.Philox(key=key)).random(DIMENSIONS)
