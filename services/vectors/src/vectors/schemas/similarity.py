"""Sentences that are compared, and how alike they are."""

from typing import Annotated, Any, Self

from pydantic import ConfigDict, Field, field_validator, model_validator

from quartet.schemas import AnyWholeNumber, Input, Output, describe_not_null
from vectors.schemas.vectors import Sentence, Sentences


def _describe_request(schema: dict[str, Any]) -> None:
    for name in ("query", "top_k"):
        describe_not_null(schema["properties"][name])
    schema["dependentRequired"] = {"top_k": ["query"]}


class SimilarityRequest(Input):
    """Sentences to compare with each other, or with a `query`."""

    model_config = ConfigDict(json_schema_extra=_describe_request)

    model: str = Field("semantic", max_length=200, description="One of those that GET /api/vectors/models lists.")
    sentences: Sentences = Field(examples=[["The quick brown fox", "A fast dark fox", "Tax law"]])
    query: Sentence | None = Field(None, description="What each sentence is compared with.")
    top_k: Annotated[int, Field(ge=1), AnyWholeNumber] | None = Field(
        None, description="With `query`: so many of the sentences; all of them without it."
    )

    @field_validator("query", "top_k", mode="before")
    @classmethod
    def _not_null(cls, value: Any) -> Any:
        if value is None:
            raise ValueError("Leave out what is null")
        return value

    @field_validator("model")
    @classmethod
    def _of_meaning(cls, value: str) -> str:
        if value == "random":
            raise ValueError("The vectors of random have no meaning to compare")
        return value

    @model_validator(mode="after")
    def _top_k_of_a_query(self) -> Self:
        if self.top_k is not None and self.query is None:
            raise ValueError("Give top_k only with a query")
        return self


class Ranked(Output):
    index: int = Field(description="The place of the sentence in the request, from 0.")
    score: float = Field(ge=-1, le=1)


def _with_one_of_them(schema: dict[str, Any]) -> None:
    for name in ("matrix", "ranking"):
        describe_not_null(schema["properties"][name])


class SimilarityAnswer(Output):
    """`matrix` without a query: row and column in the order of the sentences; `ranking` with one, best first."""

    model_config = ConfigDict(json_schema_extra=_with_one_of_them)

    model: str
    matrix: list[list[float]] | None = None
    ranking: list[Ranked] | None = None
