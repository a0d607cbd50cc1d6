"""What clients know of what they counted."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from counter.errors import StoreUnavailable
from counter.repository import counters, visits
from counter.repository.counters import Once
from counter.repository.store import Store

CLIENTS = 4


class Tally:
    """What clients know of their increments, each by one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.answered = self.unanswered = 0

    def increment(self, store: Store, once: Once | None = None) -> bool:
        """Whether it was answered."""
        try:
            counters.increment(store, "ada", "coffee", 1, once)
        except StoreUnavailable:
            with self._lock:
                self.unanswered += 1
            return False
        with self._lock:
            self.answered += 1
        return True


def by_clients(work: Callable[[int], None]) -> None:
    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(work, range(CLIENTS)))


def visit(store: Store) -> int:
    """The number of visits, or 0 while the store is away."""
    try:
        return visits.add(store)
    except StoreUnavailable:
        return 0
