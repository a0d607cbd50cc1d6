"""What an import is made of."""

from dataclasses import dataclass
from typing import Any

from quartet.errors import FieldError

WHOLE = "line"
"""The name of a line in an error that none of its fields is at fault for."""

SET_BY_US = frozenset({"id", "owner_id", "owner", "version", "created_at", "updated_at"})
"""What an export has and a new product has not: left aside in an import, as AIP-203 asks for output-only fields."""

Content = dict[str, Any] | FieldError | None


@dataclass(frozen=True)
class Entry:
    """One product as it was sent: the number of its first line, its bytes, and what it says, or what is wrong.

    Line 1 is the first of the file; in CSV that is the header. A blank line says nothing: None.
    """

    line: int
    size: int
    content: Content


def offered(members: dict[str, Any]) -> dict[str, Any]:
    """Return the members that the sender of a product has a say in."""
    return {name: value for name, value in members.items() if name not in SET_BY_US}
