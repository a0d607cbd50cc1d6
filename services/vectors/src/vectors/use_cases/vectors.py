"""Vectors of 500 numbers."""

from collections.abc import Sequence

from vectors.models import lift, random
from vectors.models.measured import begin_at_zero, measured
from vectors.models.registry import Models
from vectors.models.rows import Rows

RANDOM = "random"
begin_at_zero(RANDOM)


def random_vectors(models: Models, sentences: Sequence[str], *, fresh: bool) -> Rows:
    """Return n × 500 numbers, uniform in [0, 1): each sentence's own, or with `fresh` such as never were before.

    Raises:
        SentencesRefused: they break a limit.
        Overloaded: too many others are being worked on.
    """
    models.limits.check(sentences)
    with models.gate.of(len(sentences)), measured(RANDOM, len(sentences)):
        return random.fresh(len(sentences)) if fresh else random.of_sentences(sentences)


def semantic_vectors(models: Models, sentences: Sequence[str]) -> Rows:
    """Return vectors of length 1, n × 500, whose cosines are those of the model beneath; raises as its `embed`."""
    return lift.lifted(models.semantic.embed(sentences).vectors)
