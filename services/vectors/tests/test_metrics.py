"""What vectors counts: sentences that it gave vectors to, and the time that took, by model."""

from importlib.metadata import version
from typing import Any

from prometheus_client import REGISTRY

from quartet.testing.growth import Growth


def test_sentences_count_by_model_and_refused_ones_do_not(ask: Any) -> None:
    sentences = Growth("vectors_sentences_total")
    times = Growth("vectors_embedding_duration_seconds_count")
    for body in (
        {"sentences": ["One", "Two"]},
        {"sentences": ["One", "Two", "Three"], "model": "semantic"},
        {"sentences": ["One", ""]},
        {"sentence": "One", "model": "made up"},
    ):
        ask(**body)
    assert sentences.by_label() == {"random": 2, "wordllama-256": 3}
    assert times.by_label() == {"random": 1, "wordllama-256": 1}


def test_the_build_is_told_with_its_version(ask: Any) -> None:
    ask(sentence="One")
    labels = {"service": "vectors", "version": version("quartet-vectors")}
    assert REGISTRY.get_sample_value("quartet_build_info", labels) == 1
