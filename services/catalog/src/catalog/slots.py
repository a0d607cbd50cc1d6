"""How many long transfers a process takes at once: each holds a thread, and the others are for everybody else."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock

from prometheus_client import Counter, Gauge

from catalog.errors import TransfersBusy

IN_PROGRESS = Gauge(
    "catalog_transfers_in_progress", "Imports, exports and old clients' lists under way.", multiprocess_mode="livesum"
)
REFUSED = Counter("catalog_transfers_refused", "Transfers refused, for there was no slot.")


class Slots:
    def __init__(self, count: int) -> None:
        self._free = count
        self._holders: set[str] = set()
        self._lock = Lock()

    def take(self, holder: str | None = None) -> Callable[[], None]:
        """Take a slot and return what gives it back, to be called once.

        Raises TransfersBusy: all are taken, or one by the same holder.
        """
        with self._lock:
            if not self._free or holder in self._holders:
                REFUSED.inc()
                raise TransfersBusy
            self._free -= 1
            IN_PROGRESS.inc()
            if holder is not None:
                self._holders.add(holder)

        def give_back() -> None:
            with self._lock:
                self._free += 1
                IN_PROGRESS.dec()
                self._holders -= {holder}

        return give_back

    @contextmanager
    def taken(self, holder: str) -> Iterator[None]:
        """Hold a slot for the block; raises TransfersBusy."""
        give_back = self.take(holder)
        try:
            yield
        finally:
            give_back()
