"""A progress bar for whoever watches."""

import sys
from typing import Any

import click


def bar_on_stderr(length: int | None, label: str) -> Any:
    """Return a progress bar to be used in a `with`; it is not shown where nobody watches or the length is not known."""
    hidden = length is None or not sys.stderr.isatty()
    return click.progressbar(length=length or 0, label=label, file=sys.stderr, hidden=hidden)
