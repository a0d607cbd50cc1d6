"""Sentences that come, and vectors that go."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from quartet.schemas import Choice, Output, Text, describe_not_null

LONGEST_SENTENCE = 2_000
MOST_SENTENCES = 100

Sentence = Annotated[Text, Field(min_length=1, max_length=LONGEST_SENTENCE)]


class VectorsRequest(Choice):
    """One sentence, or a list of them."""

    one_of = ("sentence", "sentences")

    model: Literal["random"] = "random"
    sentence: Sentence | None = Field(None, examples=["The quick brown fox"])
    sentences: Annotated[list[Sentence], Field(min_length=1, max_length=MOST_SENTENCES)] | None = None
    fresh: bool = Field(False, description="A new vector at each call, instead of the sentence's own.")


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
