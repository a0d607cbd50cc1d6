"""Embeddings as OpenAI's API has them: what comes and what goes (platform.openai.com/docs/api-reference/embeddings)."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from quartet.schemas import AnyWholeNumber, Input, Output

LONGEST_USER = 1_000
TOKENS = "Token ids are not taken; send the text itself (in LangChain: check_embedding_ctx_length=False)"
NEITHER = "Input should be a string or a list of strings"


def _texts(value: Any) -> Any:
    """Refuse what is neither a text nor a list of texts; the limits of each are the model's to check."""
    if isinstance(value, list) and value and _is_tokens(value[0]):
        raise ValueError(TOKENS)
    if not isinstance(value, str | list) or not all(isinstance(each, str) for each in value):
        raise ValueError(NEITHER)
    return value


def _is_tokens(value: Any) -> bool:
    return all(type(each) is int for each in value) if isinstance(value, list) else type(value) is int


_TEXT = {"type": "string", "minLength": 1, "pattern": r"^[^\u0000]*$"}
Texts = Annotated[
    str | list[str],
    BeforeValidator(_texts),
    WithJsonSchema({"oneOf": [_TEXT, {"type": "array", "items": _TEXT, "minItems": 1}]}),
]


class EmbeddingsRequest(Input):
    """What is null may as well be left out, as OpenAI has it."""

    model: str = Field(max_length=200, description="One that GET /v1/models lists.", examples=["wordllama-256"])
    input: Texts = Field(description="A text, or a list of texts. Token ids are refused.", examples=["fox"])
    encoding_format: Literal["float", "base64"] | None = Field(
        None, description="`float` (default): numbers; `base64`: the bytes of little-endian float32."
    )
    dimensions: Annotated[int, Field(ge=1), AnyWholeNumber] | None = Field(
        None, description="So many numbers instead of all: cut, and scaled to length 1 again."
    )
    user: Annotated[str, Field(max_length=LONGEST_USER)] | None = Field(None, description="Taken, and not looked at.")


class Embedding(Output):
    object: Literal["embedding"]
    index: int = Field(description="Which of the inputs it is of.")
    embedding: list[float] | str = Field(description="Numbers, or the base64 of their float32 bytes.")


class Usage(Output):
    prompt_tokens: int = Field(description="Tokens of all inputs, counted by the model's own tokenizer.")
    total_tokens: int


class EmbeddingsAnswer(Output):
    """The embeddings in the order of the inputs."""

    object: Literal["list"]
    data: list[Embedding]
    model: str
    usage: Usage


class ListedModel(Output):
    """A model; `created` is the time of its weights where that is known, else 0."""

    id: str
    object: Literal["model"]
    created: int
    owned_by: str


class ModelList(Output):
    object: Literal["list"]
    data: list[ListedModel]
