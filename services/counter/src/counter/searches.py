"""Places in lists, as use cases and queries are told."""

from typing import Literal

from pydantic import Field

from counter.names import LETTER, LONGEST
from quartet.paging import Cursor


class CountersByName(Cursor):
    """A place in the list of a user's counters, by name."""

    sort: Literal["name"] = "name"
    name: str = Field(pattern=rf"^{LETTER}{{1,{LONGEST}}}$")
