"""The models that this service has, by name."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from vectors.errors import UnknownModel
from vectors.models import folder
from vectors.models.gate import Gate
from vectors.models.limits import Limits
from vectors.models.model import Model
from vectors.models.onnx import OnnxEncoder
from vectors.models.rows import DIMENSIONS
from vectors.models.wordllama import WordLlamaEncoder
from vectors.settings import VectorsSettings

THREADS_LEFT = 2


class Models:
    """Embedding models; the first is the default, and `semantic` the first that fits into 500 dimensions."""

    def __init__(self, models: Sequence[Model], gate: Gate, limits: Limits) -> None:
        """`gate` and `limits` are those of whatever is no embedding model; limits without tokens."""
        self._models = {model.name: model for model in models}
        self.gate = gate
        self.limits = limits
        self.default = models[0]
        self.semantic = next(model for model in models if model.dimensions <= DIMENSIONS)

    def __iter__(self) -> Iterator[Model]:
        return iter(self._models.values())

    def check(self) -> None:
        """Embed a sentence with each model, for real; raises what goes wrong."""
        for model in self:
            model.check()

    def named(self, name: str) -> Model:
        """Return the model of this name; raises UnknownModel."""
        if name not in self._models:
            raise UnknownModel
        return self._models[name]


def load(settings: VectorsSettings) -> Models:
    """Load the models that the settings name."""
    gate = Gate(settings.vectors_most_at_once)
    limits = Limits(
        sentences=settings.vectors_most_sentences,
        characters=settings.vectors_most_characters,
        body=settings.vectors_longest_body,
    )
    of_models = limits.with_tokens(settings.vectors_most_tokens, in_all=settings.vectors_most_tokens_in_all)
    models = [Model(WordLlamaEncoder(), of_models, gate)]
    if settings.vectors_model_dir is not None:
        models.insert(0, _of_folder(settings.vectors_model_dir, settings, of_models, gate))
    return Models(models, gate, limits)


def _of_folder(path: Path, settings: VectorsSettings, limits: Limits, gate: Gate) -> Model:
    """Open a folder's model; of the threads that answer, some are left for health and for other models."""
    network = Gate(settings.vectors_model_at_once, requests=max(1, settings.threads - THREADS_LEFT))
    encoder = OnnxEncoder(
        folder.read(path),
        threads=settings.vectors_model_threads,
        batch_tokens=settings.vectors_model_batch,
        patience=settings.vectors_model_patience,
    )
    return Model(encoder, limits.with_tokens(None, in_all=settings.vectors_model_tokens_in_all), gate, network)
