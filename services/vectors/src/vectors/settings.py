"""What the vectors service can be told beside the platform's settings."""

from pathlib import Path
from typing import ClassVar

from pydantic import Field, field_validator

from quartet.settings import Settings
from vectors.models import folder, onnx


class VectorsSettings(Settings):
    service: ClassVar[str] = "vectors"

    port: int = Field(default=5004, ge=0, le=65535, description="Port to listen at.")

    vectors_most_sentences: int = Field(2_048, ge=1, le=100_000, description="Most sentences of a request.")
    vectors_most_characters: int = Field(32_768, ge=1, description="Most characters of a sentence.")
    vectors_most_tokens: int = Field(
        8_192, ge=1, description="Most tokens of a sentence; a model that takes fewer has its own limit."
    )
    vectors_most_tokens_in_all: int = Field(300_000, ge=1, description="Most tokens of all sentences of a request.")
    vectors_longest_body: int = Field(
        4 * 1024 * 1024, ge=1024, description="Longest request body, in bytes; the gateway's own is 5 MiB."
    )
    vectors_most_compared: int = Field(
        256, ge=1, le=4_096, description="Most sentences that are compared each with each in a request."
    )
    vectors_most_at_once: int = Field(
        4_096, ge=1, description="Most sentences that a worker has in hand; a request beyond is answered 503."
    )

    vectors_model_dir: Path | None = Field(
        None,
        description="Folder of a sentence-transformers model with its ONNX export; it becomes the model beneath "
        "`semantic`, if it has no more than 500 dimensions. Its name is the folder's.",
    )
    vectors_model_threads: int = Field(
        1, ge=1, le=256, description="Threads of that model in each worker; each keeps a core busy."
    )
    vectors_model_batch: int = Field(
        512, ge=1, description="Most tokens that go through that model at once, padding included."
    )
    vectors_model_tokens_in_all: int = Field(
        32_000, ge=1, description="Most tokens of a request to that model; what it does in VECTORS_MODEL_PATIENCE."
    )
    vectors_model_at_once: int = Field(
        40_000, ge=1, description="Most tokens that a worker has in hand for that model; beyond is answered 503."
    )
    vectors_model_patience: float = Field(
        25, gt=0, le=600, description="Seconds that a request waits for that model; then it is answered 503."
    )

    @field_validator("vectors_model_dir")
    @classmethod
    def _is_a_model(cls, path: Path | None) -> Path | None:
        if path is not None:
            onnx.dimensions(folder.read(path))
        return path
