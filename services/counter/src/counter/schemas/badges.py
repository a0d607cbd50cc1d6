"""Badges."""

from typing import Annotated

from pydantic import AfterValidator, Field

from quartet.schemas import Input, Output, Text

LONGEST_LABEL = 40
LABEL = "count"
COLOR = "#2563eb"


def _printable(label: str) -> str:
    if not label.isprintable() or label != label.strip():
        raise ValueError("Use letters, digits, signs and spaces, with no space at the ends")
    return label


class BadgeIn(Input):
    label: Annotated[Text, AfterValidator(_printable)] = Field(
        default=LABEL,
        min_length=1,
        max_length=LONGEST_LABEL,
        description="What stands before the number, for all to see.",
    )
    color: str = Field(default=COLOR, pattern="^#[0-9a-fA-F]{6}$", description="The colour behind the number.")


class BadgeOut(Output):
    url: str
    label: str
    color: str
