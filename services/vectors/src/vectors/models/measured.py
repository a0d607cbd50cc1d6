"""How much each model does, and how long it takes."""

from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import Counter, Histogram

SENTENCES = Counter("vectors_sentences", "Sentences that were given vectors.", ["model"])
DURATION = Histogram(
    "vectors_embedding_duration_seconds",
    "Time that the sentences of one request take, waiting for others' included.",
    ["model"],
    buckets=(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)


def begin_at_zero(model: str) -> None:
    """Let there be the series of a model, before it is first used."""
    SENTENCES.labels(model)
    DURATION.labels(model)


@contextmanager
def measured(model: str, sentences: int) -> Iterator[None]:
    """Count the sentences of a block that ends well, and the time of every block."""
    with DURATION.labels(model).time():
        yield
    SENTENCES.labels(model).inc(sentences)
