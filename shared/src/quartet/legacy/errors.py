"""Errors as the clients of older systems read them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from quartet.problems import in_words
from quartet.tokens import TokenExpired, TokenInvalid, TokenMissing, TokenRevoked

TOKEN_CODES = tuple(error.code for error in (TokenMissing, TokenInvalid, TokenExpired, TokenRevoked))


@dataclass(frozen=True)
class Told:
    """How a system told an error: by this status, with a text as the one member of its answer.

    Attributes:
        text: what old clients compare; without one it is the detail of the problem document.
    """

    status: int
    member: str = "message"
    text: str | None = None


Tellings = Mapping[str, Told]
"""How a system told the errors that it knew, by their codes."""


def as_told(problem: dict[str, Any], tellings: Tellings) -> dict[str, Any]:
    """Return the body that tells of a problem document in the words of a system."""
    told = tellings.get(problem["code"])
    return with_texts(problem) if told is None else {told.member: told.text or in_words(problem)}


def with_texts(problem: dict[str, Any]) -> dict[str, Any]:
    """Return a problem document with its text where any old client looks for one; so the gateway writes its own."""
    text = in_words(problem)
    return {**problem, "message": text, "error": text}
