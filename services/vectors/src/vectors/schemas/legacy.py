"""What clients of the older systems that had random arrays send, and what they read."""

from typing import Annotated

from pydantic import Field, RootModel

from quartet.legacy import LegacyInput
from quartet.schemas import Output
from vectors.models.rows import DIMENSIONS
from vectors.schemas.vectors import Sentence

Number = Annotated[float, Field(ge=0, lt=1)]
Numbers = Annotated[list[Number], Field(description=f"{DIMENSIONS} numbers.")]


class ArrayRequest(LegacyInput):
    sentence: Sentence = Field(examples=["The quick brown fox"])


class RandomArray(Output):
    """preqlin's answer."""

    user: str = Field(description="The caller's user name.", examples=["ada"])
    input_sentence: str = Field(examples=["The quick brown fox"])
    word_count: int = Field(description="How many words there are between white space.", examples=[4])
    random_array: Numbers


class BareArray(RootModel[Numbers]):
    """flask-app's answer: the numbers and nothing around them."""
