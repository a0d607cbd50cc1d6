"""A progress bar for whoever watches, with the speed of what is done."""

import sys
import time
from typing import Any

import click


def bar_on_stderr(length: int, label: str) -> Any:
    """Return a progress bar over `length` bytes, to be used in a `with`; its item is how many are done."""
    begun = time.monotonic()

    def speed(done: int | None) -> str | None:
        return f"{done / max(time.monotonic() - begun, 0.001):.0f}/s" if done else None

    hidden = not sys.stderr.isatty()
    return click.progressbar(length=length, label=label, file=sys.stderr, hidden=hidden, item_show_func=speed)
