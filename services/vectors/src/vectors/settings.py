"""What the vectors service can be told beside the platform's settings."""

from typing import ClassVar

from pydantic import Field

from quartet.settings import Settings


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
