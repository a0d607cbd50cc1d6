"""The names of counters."""

import re

from quartet.errors import FieldError, InvalidInput

NAME = re.compile(r"(?!\.{1,2}$)[A-Za-z0-9_.-]{1,64}", re.ASCII)  # no path can end in a dot or two


def checked_name(name: str) -> str:
    """Return the name of a counter; raises InvalidInput."""
    if not NAME.fullmatch(name):
        raise InvalidInput(FieldError("name", "Use 1 to 64 letters, digits, underscores, dots and hyphens"))
    return name
