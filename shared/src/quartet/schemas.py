"""Bases of what goes in and out: inputs forbid what they do not know, outputs list what leaves."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict


class Input(BaseModel):
    """A request body or query; unknown members are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Output(BaseModel):
    """An answer; made from an object by its attributes, or from keywords. What was not set does not leave."""

    model_config = ConfigDict(frozen=True, from_attributes=True)


def _encodable(text: str) -> str:
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError("holds half of a surrogate pair")
    if "\0" in text:
        raise ValueError("holds a NUL character")
    return text


Text = Annotated[str, AfterValidator(_encodable)]
"""Text that every store can hold."""


class Problem(BaseModel):
    """An error, as RFC 9457 writes it."""

    model_config = ConfigDict(title="Problem")

    type: str
    title: str
    status: int
    detail: str
    code: str
    request_id: str


class FieldProblem(BaseModel):
    field: str
    message: str


class InputProblem(Problem):
    """An error that names the fields at fault."""

    model_config = ConfigDict(title="InputProblem")

    errors: list[FieldProblem]
