"""What each process that serves says of itself once, such as how many threads it has.

gunicorn loads the application first and forks its workers then. A gauge that is summed over the workers must be set by
each of them, and not by the process that loads.
"""

import os
from collections.abc import Callable

_sayings: list[Callable[[], None]] = []


def say(saying: Callable[[], None]) -> None:
    """Call `saying` in each process that serves: in the present one, or in each that is forked from it."""
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        _sayings.append(saying)
    else:
        saying()


def begin() -> None:
    """Say all that is to be said, in a process that was just forked."""
    for saying in _sayings:
        saying()
