"""Sentences that come, and vectors that go."""

from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from quartet.schemas import Choice, Output, describe_not_null

Sentence = Annotated[str, Field(json_schema_extra={"minLength": 1, "pattern": r"^[^\u0000]*$"})]
"""Its rules are the model's, whose limits are settings; here the document tells what always holds."""

Sentences = Annotated[list[Sentence], Field(fail_fast=True, json_schema_extra={"minItems": 1})]
"""Only the first item of another type is told: pydantic takes a kilobyte for each that it tells."""


class VectorsRequest(Choice):
    """One sentence, or a list of them; how long, and how many, is told by GET /api/vectors/models."""

    one_of = ("sentence", "sentences")

    model: Literal["random", "semantic"] = "random"
    sentence: Sentence | None = Field(None, examples=["The quick brown fox"])
    sentences: Sentences | None = None
    fresh: bool = Field(False, description="Of `random`: a new vector at each call, instead of the sentence's own.")

    @model_validator(mode="after")
    def _only_random_is_fresh(self) -> Self:
        if self.fresh and self.model != "random":
            raise ValueError("Only the model random has a fresh vector")
        return self


def _with_one_of_them(schema: dict[str, Any]) -> None:
    for name in ("vector", "vectors"):
        describe_not_null(schema["properties"][name])


class VectorsAnswer(Output):
    """`vector` for one sentence, `vectors` in the order of the list for many."""

    model_config = ConfigDict(json_schema_extra=_with_one_of_them)

    model: str
    dimensions: int
    vector: list[float] | None = None
    vectors: list[list[float]] | None = None
