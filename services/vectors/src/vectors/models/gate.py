"""So much at a time: what is more is refused at once, instead of waiting in a queue that grows."""

import contextlib
import threading
from collections.abc import Iterator

from vectors.errors import Overloaded


class Gate:
    """Lets sentences in while those inside are fewer than `most`; one request alone always comes in."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._inside = 0
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def of(self, sentences: int) -> Iterator[None]:
        """Hold room for so many sentences; raises Overloaded where there is none."""
        with self._lock:
            if self._inside and self._inside + sentences > self._most:
                raise Overloaded
            self._inside += sentences
        try:
            yield
        finally:
            with self._lock:
                self._inside -= sentences
