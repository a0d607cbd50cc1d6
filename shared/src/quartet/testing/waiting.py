"""Waiting for what must come true, and no longer than it may take."""

import time
from collections.abc import Callable
from typing import Literal, TypeVar

Value = TypeVar("Value")

POLL = 0.02


def eventually(
    condition: Callable[[], Value | Literal[False] | None], within: float = 20.0, what: str = "this"
) -> Value:
    """Return the first true value of `condition`; AssertionError naming `what` after `within` seconds without one."""
    deadline = time.monotonic() + within
    while not (value := condition()):
        assert time.monotonic() < deadline, f"{what}: not within {within} s"
        time.sleep(POLL)
    return value
