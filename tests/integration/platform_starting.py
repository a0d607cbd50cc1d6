"""What every platform in containers does when it does not start."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol


class Starting(Protocol):
    """What runs already, though perhaps not well."""

    def last_words(self, lines: int = 8) -> str: ...

    def close(self) -> None: ...


@contextmanager
def told_why_not(platform: Starting) -> Iterator[None]:
    """End a platform that does not start, and add to the AssertionError what its parts said last."""
    try:
        yield
    except AssertionError as error:
        words = platform.last_words(20)
        platform.close()
        raise AssertionError(f"{error}\n{words}") from None
