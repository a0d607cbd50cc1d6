"""WordLlama: each token has a vector of its own, a sentence their mean (github.com/dleemiller/WordLlama)."""

import functools
import logging
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from vectors.models.model import Tokens, Vectors

TOKENS_AT_ONCE = 16_384


class WordLlamaEncoder:
    """The 256-dimensional model that the package itself brings: no network, no file of ours."""

    name = "wordllama-256"
    longest: int | None = None

    def __init__(self) -> None:
        loaded = _loaded()
        self._table = loaded.embedding
        self._tokenizer = loaded.tokenizer
        self.dimensions = int(self._table.shape[1])

    def tokenize(self, sentences: Sequence[str]) -> list[Tokens]:
        return [each.ids for each in self._tokenizer.encode_batch_fast(sentences, add_special_tokens=False)]

    def encode(self, sentences: Sequence[Tokens]) -> Vectors:
        """Return the mean of each sentence's token vectors."""
        found = np.empty((len(sentences), self.dimensions), np.float32)
        for places in _parts([len(each) for each in sentences]):
            counts = [len(sentences[place]) for place in places]
            ids = np.concatenate([np.asarray(sentences[place], np.int32) for place in places])
            starts = np.cumsum([0, *counts[:-1]])
            found[places] = np.add.reduceat(self._table[ids], starts) / np.array(counts, np.float32)[:, np.newaxis]
        return found


def _parts(counts: Sequence[int]) -> Iterator[list[int]]:
    """Yield the places of sentences, as many at a time as have TOKENS_AT_ONCE tokens, and one at least."""
    places: list[int] = []
    tokens = 0
    for place, count in enumerate(counts):
        if places and tokens + count > TOKENS_AT_ONCE:
            yield places
            places, tokens = [], 0
        places.append(place)
        tokens += count
    if places:
        yield places


@functools.cache
def _loaded() -> Any:
    """Load it once for this process; made before gunicorn forks, its workers share it."""
    root = logging.getLogger()
    guard = logging.NullHandler()
    root.addHandler(guard)  # its import calls logging.basicConfig, which leaves a logger with handlers alone
    try:
        import wordllama  # type: ignore[import-untyped]
    finally:
        root.removeHandler(guard)
    loaded = wordllama.WordLlama.load(cache_dir=Path(wordllama.__file__).parent, disable_download=True)
    loaded.tokenizer.no_padding()
    loaded.tokenizer.no_truncation()
    return loaded
