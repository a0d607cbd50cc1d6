"""What the database is doing: connections of the pool, and transactions."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from prometheus_client import Counter, Gauge, Histogram
from sqlalchemy import Engine, QueuePool, event
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.pool import ConnectionPoolEntry

from quartet import per_process
from quartet.retries import lost

CONNECTIONS = Gauge(
    "quartet_database_connections", "Connections of the pool that are open.", ["state"], multiprocess_mode="livesum"
)
LIMIT = Gauge("quartet_database_connections_limit", "The most connections of the pool.", multiprocess_mode="livesum")
TRANSACTIONS = Counter(
    "quartet_database_transactions",
    "Transactions that were committed, or read what they were for; that were left without a commit; "
    "or for which the database was away, locked, or without a connection to spare.",
    ["outcome"],
)
DURATION = Histogram(
    "quartet_database_transaction_duration_seconds",
    "From asking for a connection to giving it back.",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
IN_USE, IDLE = "in_use", "idle"
UNAVAILABLE = (OperationalError, InterfaceError, InternalError, PoolExhausted)

for _state in (IN_USE, IDLE):
    CONNECTIONS.labels(_state)
for _outcome in ("committed", "rolled_back", "unavailable"):
    TRANSACTIONS.labels(_outcome)


def observe_pool(engine: Engine) -> None:
    """Count the connections of an engine. They are counted as they move, so that asking costs nothing."""
    pool = engine.pool
    if isinstance(pool, QueuePool):
        limit = pool.size() + pool._max_overflow
        per_process.say(lambda: LIMIT.set(limit))

    @event.listens_for(pool, "connect")
    def connected(_connection: Any, record: ConnectionPoolEntry) -> None:
        _move(record, IDLE)

    @event.listens_for(pool, "checkout")
    def taken(_connection: Any, record: ConnectionPoolEntry, _proxy: Any) -> None:
        _move(record, IN_USE)

    @event.listens_for(pool, "checkin")
    def given_back(_connection: Any, record: ConnectionPoolEntry) -> None:
        if _state_of(record) is not None:  # else it was closed in between
            _move(record, IDLE)

    @event.listens_for(pool, "close")
    def closed(_connection: Any, record: ConnectionPoolEntry) -> None:
        _move(record, None)


@contextmanager
def observed_transaction(is_done: Callable[[], bool]) -> Iterator[None]:
    """Count the transaction of the block, and the time it takes; `is_done` says at its end what became of it."""
    start = time.perf_counter()
    unavailable = False
    try:
        yield
    except UNAVAILABLE as error:
        unavailable = not lost(error)
        raise
    finally:
        outcome = "unavailable" if unavailable else "committed" if is_done() else "rolled_back"
        TRANSACTIONS.labels(outcome).inc()
        DURATION.observe(time.perf_counter() - start)


def _state_of(record: ConnectionPoolEntry) -> str | None:
    return record.record_info.get("quartet_state") if record.record_info is not None else None


def _move(record: ConnectionPoolEntry, state: str | None) -> None:
    before = _state_of(record)
    if before is not None:
        CONNECTIONS.labels(before).dec()
    if state is not None:
        CONNECTIONS.labels(state).inc()
    if record.record_info is not None:
        record.record_info["quartet_state"] = state
