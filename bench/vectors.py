"""Sentences to vectors: the model itself, its service with one worker, the gateway before it, and the naive way."""

import contextlib
import json
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bench import naive, platform, wrk
from services.vectors.tests import minilm
from vectors.models import registry
from vectors.models.registry import Models
from vectors.settings import VectorsSettings
from vectors.use_cases import vectors

CONNECTIONS = {1: 6, 32: 2}
"""For each number of sentences a request; no more than the threads of a worker that may wait for a network."""
BODIES = 200
TEXT = "the quick brown fox jumps over a lazy dog while rain falls on every old roof of this small town"


@dataclass(frozen=True)
class Case:
    """One model with so many sentences a request; `peer` is the model's name at the naive way."""

    name: str
    path: str
    peer: str
    sentences: int

    def body(self, sentences: list[str]) -> str:
        named = "input" if self.path == "/v1/embeddings" else "sentences"
        return json.dumps({"model": self.name, named: sentences})


@dataclass(frozen=True)
class Rates:
    """Sentences a second."""

    model: float
    service: float
    gateway: float
    naive: float


@dataclass(frozen=True)
class Bench:
    """Where each is, an access token, and the models in this process."""

    folder: Path
    gateway: str
    service: str
    naive: str
    token: str
    models: Models

    def cases(self) -> Iterator[Case]:
        """Yield what is measured: each of the models, one sentence at a time and many."""
        for sentences in CONNECTIONS:
            yield Case("random", "/api/vectors", "random", sentences)
            yield Case("semantic", "/api/vectors", "semantic", sentences)
            for model in self.models:
                yield Case(model.name, "/v1/embeddings", model.name, sentences)

    def rates(self, case: Case, seconds: int) -> Rates:
        rounds = [[_sentence(number * case.sentences + n) for n in range(case.sentences)] for number in range(BODIES)]
        bodies, plain = self.folder / "bodies", self.folder / "plain"
        bodies.write_text("".join(case.body(sentences) + "\n" for sentences in rounds))
        plain.write_text("".join(json.dumps({"model": case.peer, "sentences": each}) + "\n" for each in rounds))

        def load(url: str, path: str, file: Path) -> float:
            return wrk.posts(url, path, file, CONNECTIONS[case.sentences], seconds, self.token).rate * case.sentences

        return Rates(
            _direct(self._call(case), rounds, seconds),
            load(self.service, case.path, bodies),
            load(self.gateway, case.path, bodies),
            load(self.naive, "/vectors", plain),
        )

    def _call(self, case: Case) -> Callable[[list[str]], object]:
        if case.name == "random":
            return lambda sentences: vectors.random_vectors(self.models, sentences, fresh=False)
        if case.name == "semantic":
            return lambda sentences: vectors.semantic_vectors(self.models, sentences)
        return self.models.named(case.name).embed


@contextlib.contextmanager
def benches(folder: Path) -> Iterator[Bench]:
    """Start a platform, with the model of VECTORS_MODEL_DIR, or the one that the tests have fetched."""
    model = os.environ.get("VECTORS_MODEL_DIR") or (str(minilm.FOLDER) if minilm.FOLDER.is_dir() else "")
    settings = {"VECTORS_MODEL_DIR": model, "VECTORS_MOST_AT_ONCE": "100000"}
    models = registry.load(VectorsSettings(vectors_model_dir=Path(model) if model else None))
    with platform.started(folder / "run", settings) as record, naive.running(settings) as peer:
        service = record.urls["vectors"].removesuffix("/health/ready")
        yield Bench(folder, record.url, service, peer, platform.admin_token(folder / "run", record.url), models)


def _direct(call: Callable[[list[str]], object], rounds: list[list[str]], seconds: int) -> float:
    """Return how many sentences a second one thread does."""
    call(rounds[0])
    begun = time.perf_counter()
    done = 0
    while (passed := time.perf_counter() - begun) < seconds:
        call(rounds[done % len(rounds)])
        done += 1
    return done * len(rounds[0]) / passed


def _sentence(number: int) -> str:
    """Return one of very many sentences of twelve words."""
    words = TEXT.split()
    return " ".join(words[(number * step + step * step) % len(words)] for step in range(1, 13))
