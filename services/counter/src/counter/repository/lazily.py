"""What takes its time to be made, made when it is first asked for."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

Thing = TypeVar("Thing")


class Lazily(Generic[Thing]):
    """Has one thread make the thing, for all who ask; after a failure, whoever asks next has it tried again.

    Nothing is made before somebody asks, and so nothing before the workers are forked.
    """

    def __init__(self, make: Callable[[], Thing], patience: float) -> None:
        self._make = make
        self._patience = patience
        self._lock = threading.Lock()
        self._future: Future[Thing] | None = None

    def get(self) -> Thing:
        """Return the thing; raises what making it raised, or TimeoutError when that takes longer than `patience`."""
        future = self._future
        if future is None or (future.done() and future.exception()):
            future = self._begin(future)
        return future.result(self._patience)

    def peek(self) -> Thing | None:
        """Return the thing if it was made."""
        future = self._future
        return future.result() if future and future.done() and not future.exception() else None

    def _begin(self, failed: Future[Thing] | None) -> Future[Thing]:
        with self._lock:
            if self._future is not failed and self._future is not None:
                return self._future  # another one was quicker
            future: Future[Thing] = Future()
            # First of all: where no thread can be had, the next who asks tries again.
            threading.Thread(target=self._run, args=(future,), daemon=True).start()
            self._future = future
            return future

    def _run(self, future: Future[Thing]) -> None:
        try:
            future.set_result(self._make())
        except BaseException as error:
            future.set_exception(error)
