"""An embedding model: what is the same for each, whichever network it has inside."""

import contextlib
from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from vectors.errors import SentencesRefused
from vectors.models.gate import Gate
from vectors.models.limits import Limits
from vectors.models.measured import begin_at_zero, measured

Vectors = npt.NDArray[np.float32]
Tokens = Sequence[int]
"""The ids of one sentence's tokens."""

NOTHING_KNOWN = "String should hold something that the model knows"


class Embedded(NamedTuple):
    """The vectors of n sentences, n × the model's dimensions, each of length 1; and how many tokens each had."""

    vectors: Vectors
    tokens: list[int]


class Encoder(Protocol):
    """A tokenizer and a network."""

    name: str
    dimensions: int
    longest: int | None
    """The most tokens that the network takes."""

    def tokenize(self, sentences: Sequence[str]) -> list[Tokens]: ...

    def encode(self, sentences: Sequence[Tokens]) -> Vectors:
        """Return a vector of any length for each; raises Overloaded."""
        ...


class Model:
    """Sentences to vectors of length 1, whose dot product is how near they are in meaning."""

    def __init__(self, encoder: Encoder, limits: Limits, gate: Gate, network: Gate | None = None) -> None:
        """Make the limits the encoder's own where those are stricter.

        Models share `gate`, which counts sentences; `network` counts the tokens in a network that takes its time.
        """
        self.name = encoder.name
        self.dimensions = encoder.dimensions
        self.limits = limits.with_tokens(encoder.longest)
        self._encoder = encoder
        self._gate = gate
        self._network = network
        begin_at_zero(self.name)

    def embed(self, sentences: Sequence[str]) -> Embedded:
        """Return the vectors of the sentences, in their order.

        Raises:
            SentencesRefused: they break a limit, which is told, or hold nothing that the model knows.
            Overloaded: too many others are being worked on.
        """
        self.limits.check(sentences)
        return self._embed(sentences)

    def embed_with(self, query: str, sentences: Sequence[str]) -> Embedded:
        """Return the vectors of a query and, after it, of the sentences, which may be as many as without it.

        Raises as `embed`, with places that count the query as the first.
        """
        self.limits.check_count(sentences)
        self.limits.check_each([query, *sentences])
        return self._embed([query, *sentences])

    def _embed(self, sentences: Sequence[str]) -> Embedded:
        with self._gate.of(len(sentences)):
            tokens = self._encoder.tokenize(sentences)
            counts = [len(each) for each in tokens]
            self.limits.check_tokens(counts)
            _refuse([place for place, count in enumerate(counts) if count == 0])
            inside = self._network.of(sum(counts)) if self._network else contextlib.nullcontext()
            with inside, measured(self.name, len(sentences)):
                return Embedded(_unit(self._encoder.encode(tokens)), counts)

    def check(self) -> None:
        """Embed a sentence, whatever else is being worked on; raises what goes wrong."""
        _unit(self._encoder.encode(self._encoder.tokenize(["A sentence."])))


def _unit(vectors: Vectors) -> Vectors:
    """Return vectors of length 1; raises ArithmeticError for what is no number: that is the model's fault."""
    lengths = np.sqrt(np.einsum("ij,ij->i", vectors, vectors, dtype=np.float64))
    if not np.isfinite(lengths).all():
        raise ArithmeticError("the model gave what is not a number")
    _refuse(np.flatnonzero(lengths == 0).tolist())
    return np.asarray(vectors / lengths[:, np.newaxis], np.float32)


def _refuse(places: list[int]) -> None:
    """Raise SentencesRefused if there is any: a sentence without a token, or whose vector is zero, has no direction."""
    if places:
        raise SentencesRefused(dict.fromkeys(places, NOTHING_KNOWN))
