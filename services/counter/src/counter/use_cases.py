"""What counter does."""

import re

from counter.repository import Counters
from quartet.errors import FieldError, InvalidInput

NAME = re.compile(r"(?!\.{1,2}$)[A-Za-z0-9_.-]{1,64}", re.ASCII)  # no path can end in a dot or two


def count_visit(counters: Counters) -> int:
    """Count one visit and return how many there were."""
    return counters.add_visit()


def increment_counter(counters: Counters, owner: str, name: str, by: int) -> int:
    """Add `by` to the owner's counter, made at its first increment, and return its new value.

    Raises:
        InvalidInput: the name breaks the rule for names.
        CounterOverflow: the value would leave the range of 64-bit integers.
    """
    return counters.increment(owner, checked_name(name), by)


def read_counter(counters: Counters, owner: str, name: str) -> int:
    """Return the value of the owner's counter; raises InvalidInput, CounterNotFound."""
    return counters.value(owner, checked_name(name))


def checked_name(name: str) -> str:
    """Return the name of a counter; raises InvalidInput."""
    if not NAME.fullmatch(name):
        raise InvalidInput(FieldError("name", "Use 1 to 64 letters, digits, underscores, dots and hyphens"))
    return name
