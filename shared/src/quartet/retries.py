"""Transactions that MySQL ends for the sake of another one, begun again where that is safe."""

import functools
import random
import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from prometheus_client import Counter
from sqlalchemy.exc import OperationalError

from quartet.engines import LOCK_WAIT, error_code

TRIES = 3
LONGEST_PAUSE = 0.05
LAST_START = 1.5 * LOCK_WAIT

LOCK_WAIT_TIMEOUT, DEADLOCK = 1205, 1213
REASONS = {LOCK_WAIT_TIMEOUT: "lock_wait", DEADLOCK: "deadlock"}

RETRIES = Counter(
    "quartet_database_retries", "Transactions lost for the sake of another one and begun again.", ["reason"]
)

for _reason in REASONS.values():
    RETRIES.labels(_reason)

P = ParamSpec("P")
T = TypeVar("T")


def retried(work: Callable[P, T]) -> Callable[P, T]:
    """Let a use case begin again when it lost a deadlock, or waited for another's lock for too long.

    Only for one whose whole work is one transaction: nothing of a lost one is kept, so that it may run again from its
    start. It ends after TRIES, none begun later than LAST_START seconds after the first, with the error of the last.
    A lost connection is not tried again: nobody knows whether its commit took place.
    """

    @functools.wraps(work)
    def persist(*args: P.args, **kwargs: P.kwargs) -> T:
        give_up = time.monotonic() + LAST_START
        for _ in range(TRIES - 1):
            try:
                return work(*args, **kwargs)
            except OperationalError as error:
                reason = _reason_of(error)
                if reason is None or time.monotonic() > give_up:
                    raise
                RETRIES.labels(reason).inc()
                time.sleep(random.uniform(0, LONGEST_PAUSE))  # noqa: S311 - two losers must not meet again
        return work(*args, **kwargs)

    return persist


def lost(error: BaseException | None) -> bool:
    """Whether a transaction failed for the sake of another one."""
    return _reason_of(error) is not None


def _reason_of(error: BaseException | None) -> str | None:
    """Return why a transaction was lost to another one, or None when it was not.

    A deadlock ends savepoints too. Where SQLAlchemy goes back to one, it fails a second time, and the deadlock is
    the first failure, found in the second one's context.
    """
    while error is not None:
        if isinstance(error, OperationalError) and (reason := REASONS.get(error_code(error.orig) or 0)):
            return reason
        error = error.__context__
    return None
