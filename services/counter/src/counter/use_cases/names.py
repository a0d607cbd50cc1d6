"""The names of counters."""

import re

from counter.names import LETTER, LONGEST
from quartet.errors import FieldError, InvalidInput

NAME = re.compile(rf"(?!\.{{1,2}}$){LETTER}{{1,{LONGEST}}}", re.ASCII)  # no path can end in a dot or two


def checked_name(name: str) -> str:
    """Return the name of a counter; raises InvalidInput."""
    if not NAME.fullmatch(name):
        raise InvalidInput(FieldError("name", f"Use 1 to {LONGEST} letters, digits, underscores, dots and hyphens"))
    return name
