"""Asking a Redis that hangs no more often than needed."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

SLOW = 0.2
TRIES = 3
PAUSE = 1.0


class Breaker:
    """Says whether to ask at all.

    Each question to a Redis that hangs holds a thread until its time-out; with all threads held, the process would not
    even answer its probes. So after TRIES failures in a row that took SLOW seconds or more, one question is let through
    in each PAUSE, until one is answered. What fails at once (a refused connection) holds nobody and does not count.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._slow_failures = 0
        self._next_try = 0.0

    def lets_through(self) -> bool:
        with self._lock:
            if self._slow_failures < TRIES:
                return True
            if self._clock() < self._next_try:
                return False
            self._next_try = self._clock() + PAUSE
            return True

    @contextmanager
    def watching(self, *failures: type[Exception]) -> Iterator[None]:
        """Take note of how a question ends: with one of these failures, or with an answer."""
        start = self._clock()
        try:
            yield
        except failures:
            self.failed(self._clock() - start)
            raise
        self.answered()

    def answered(self) -> None:
        self._slow_failures = 0

    def failed(self, seconds: float) -> None:
        """Take note of a failure that took so many seconds."""
        if seconds >= SLOW:
            with self._lock:
                self._slow_failures += 1
                self._next_try = self._clock() + PAUSE
