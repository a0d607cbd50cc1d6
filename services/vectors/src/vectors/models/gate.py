"""So much at a time: what is more is refused at once, instead of waiting in a queue that grows."""

import contextlib
import threading
from collections.abc import Iterator

from vectors.errors import Overloaded


class Gate:
    """Lets sentences, or their tokens, in while those inside are at most `most`; one request alone always comes in."""

    def __init__(self, most: int, *, requests: int | None = None) -> None:
        """`requests`: the most that are inside, however small they are."""
        self._most = most
        self._requests = requests
        self._holders = 0
        self._inside = 0
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def of(self, size: int) -> Iterator[None]:
        """Hold room for so many sentences or tokens; raises Overloaded where there is none."""
        with self._lock:
            if self._holders and (self._inside + size > self._most or self._holders == self._requests):
                raise Overloaded
            self._holders += 1
            self._inside += size
        try:
            yield
        finally:
            with self._lock:
                self._holders -= 1
                self._inside -= size
