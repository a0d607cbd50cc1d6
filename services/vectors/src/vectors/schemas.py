"""What goes in and out of the vectors service."""

from typing import Annotated, Literal

from pydantic import Field

from quartet.schemas import Choice, Output, Text

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


class VectorsAnswer(Output):
    """`vector` for one sentence, `vectors` in the order of the list for many."""

    model: str
    dimensions: int
    vector: list[float] | None = None
    vectors: list[list[float]] | None = None
