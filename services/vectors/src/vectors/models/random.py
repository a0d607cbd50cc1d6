"""Random vectors: 500 numbers for each sentence that depend on nothing but the sentence.

The construction, for whoever repeats it elsewhere: the key of Philox4x64-10 (Salmon et al., "Parallel random numbers:
as easy as 1, 2, 3", 2011) is the first 16 octets of the SHA-256 of the sentence in UTF-8, as two little-endian words of
64 bits. Its counter is 1 for the first block of four words, then 2, 3, …; each word, without its lowest 11 bits and
divided by 2^53, is the next number. It will not change: whoever has stored such vectors may compare them for ever.
"""

import hashlib
import secrets
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from vectors.models.rows import DIMENSIONS

Numbers = npt.NDArray[np.float64]


def of_sentences(sentences: Sequence[str]) -> Numbers:
    """Return the numbers of each sentence, n × DIMENSIONS, uniform in [0, 1)."""
    return _uniform((hashlib.sha256(each.encode()).digest() for each in sentences), len(sentences))


def fresh(count: int) -> Numbers:
    """Return `count` × DIMENSIONS numbers, uniform in [0, 1), that nobody has seen before."""
    return _uniform((secrets.token_bytes(16) for _ in range(count)), count)


def _uniform(seeds: Iterable[bytes], count: int) -> Numbers:
    """Return a row for each seed; to set the state of one generator takes a fifth of the time that a new one takes."""
    generator = np.random.Generator(bits := np.random.Philox(key=0))
    state = bits.state
    found = np.empty((count, DIMENSIONS))
    for row, seed in zip(found, seeds, strict=True):
        state["state"]["key"] = np.frombuffer(seed, "<u8", count=2)
        bits.state = state
        generator.random(out=row)
    return found
