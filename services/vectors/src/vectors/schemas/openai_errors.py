"""An error as the paths of OpenAI's API answer it."""

from typing import Literal

from pydantic import BaseModel, Field

from quartet.schemas import FieldProblem, Problem


class OpenAIError(BaseModel):
    message: str
    type: Literal["invalid_request_error", "requests", "server_error"]
    param: str | None = Field(description="The member of the request that is at fault.")
    code: str


class OpenAIProblem(Problem):
    """A problem document with the same said where OpenAI's clients look for it."""

    errors: list[FieldProblem] = Field([], description="With `invalid_input`: the fields at fault.")
    error: OpenAIError
