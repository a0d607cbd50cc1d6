"""Waiting for what must come true, and no longer than it may take."""

import time
from collections.abc import Callable
from typing import TypeVar

Value = TypeVar("Value")

POLL = 0.02


def eventually(condition: Callable[[], Value], within: float = 20.0) -> Value:
    """Return the first true value of `condition`; AssertionError after `within` seconds without one."""
    deadline = time.monotonic() + within
    while not (value := condition()):
        assert time.monotonic() < deadline, f"did not come true within {within} s"
        time.sleep(POLL)
    return value
