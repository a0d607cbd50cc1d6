"""What goes in and out of the vectors service."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from quartet.schemas import Input, Output, Text

LONGEST_SENTENCE = 2_000
MOST_SENTENCES = 100

Sentence = Annotated[Text, Field(min_length=1, max_length=LONGEST_SENTENCE)]


class VectorsRequest(Input):
    """One sentence, or a list of them."""

    model: Literal["random"] = "random"
    sentence: Sentence | None = Field(None, examples=["The quick brown fox"])
    sentences: Annotated[list[Sentence], Field(min_length=1, max_length=MOST_SENTENCES)] | None = None
    fresh: bool = Field(False, description="A new vector at each call, instead of the sentence's own.")

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.sentence is None) == (self.sentences is None):
            raise ValueError("Give either sentence or sentences")
        return self


class VectorsAnswer(Output):
    """`vector` for one sentence, `vectors` in the order of the list for many."""

    model: str
    dimensions: int
    vector: list[float] | None = None
    vectors: list[list[float]] | None = None
