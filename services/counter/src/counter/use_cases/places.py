"""How many streams may be open: each holds a thread of its worker process until it ends."""

import threading
from collections import Counter

from prometheus_client import Counter as Count
from prometheus_client import Gauge

from counter.errors import StreamsFull, TooManyStreams

OPEN = Gauge("counter_streams_open", "Streams of live values that are open.", multiprocess_mode="livesum")
REFUSED = Count("counter_streams_refused", "Streams refused, for the process' places or for the user's.", ["places"])

for _places in ("user", "process"):
    REFUSED.labels(_places)


class Places:
    """The places for streams of one worker process."""

    def __init__(self, places: int, per_user: int) -> None:
        self._places = places
        self._per_user = per_user
        self._taken: Counter[str] = Counter()
        self._lock = threading.Lock()

    def take(self, owner: str) -> None:
        """Take a place, which is for `leave` in the end; raises StreamsFull, TooManyStreams."""
        with self._lock:
            if self._taken[owner] >= self._per_user:
                REFUSED.labels("user").inc()
                raise TooManyStreams(self._per_user)
            if self._taken.total() >= self._places:
                REFUSED.labels("process").inc()
                raise StreamsFull
            self._taken[owner] += 1
            OPEN.inc()

    def leave(self, owner: str) -> None:
        with self._lock:
            self._taken[owner] -= 1
            self._taken += Counter()  # forgets who has none
            OPEN.dec()
