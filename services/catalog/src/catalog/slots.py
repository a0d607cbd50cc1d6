"""How many long transfers a process takes at once: each holds a thread, and the others are for everybody else."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from catalog.errors import TransfersBusy


class Slots:
    def __init__(self, count: int) -> None:
        self._free = BoundedSemaphore(count)

    def take(self) -> Callable[[], None]:
        """Take a slot and return what gives it back, to be called once; raises TransfersBusy."""
        if not self._free.acquire(blocking=False):
            raise TransfersBusy
        return self._free.release

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Hold a slot for the block; raises TransfersBusy."""
        give_back = self.take()
        try:
            yield
        finally:
            give_back()
