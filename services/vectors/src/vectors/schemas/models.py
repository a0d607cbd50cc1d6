"""What there is to be known of a model."""

from pydantic import Field

from quartet.schemas import Output


class ModelLimits(Output):
    """The most of each that one request may have; null where the model does not count it."""

    sentences: int
    characters: int = Field(description="Of one sentence.")
    tokens: int | None = Field(description="Of one sentence, as the model's own tokenizer counts them.")
    tokens_in_all: int | None = Field(description="Of all sentences of a request.")
    body: int = Field(description="Bytes of the request body.")


class ModelDescription(Output):
    name: str
    dimensions: int
    normalized: bool = Field(description="Whether its vectors have length 1.")
    made_by: str | None = Field(description="The model beneath, whose cosines it keeps.")
    routes: list[str] = Field(description="Where it may be named.")
    default: bool = Field(description="Whether POST /api/vectors takes it where no model is named.")
    limits: ModelLimits


class ModelsAnswer(Output):
    items: list[ModelDescription]
    most_compared: int = Field(description="Most sentences that /api/vectors/similarity compares each with each.")
