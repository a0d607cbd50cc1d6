"""Counting how work ends: `ok`, with the code of the domain error that it raised, or `failed` for any other error."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from prometheus_client import Counter

from quartet.errors import DomainError

OK, FAILED = "ok", "failed"


def begin_at_zero(counter: Counter, outcomes: Iterable[str | type[DomainError]]) -> None:
    """Let the counter have these outcomes from the start: a rate needs a series that was there before."""
    for outcome in outcomes:
        counter.labels(outcome if isinstance(outcome, str) else outcome.code)


@dataclass
class Ending:
    """How a block ends, where that is more than it shows."""

    outcome: str | None = None


@contextmanager
def counted(counter: Counter) -> Iterator[Ending]:
    """Count how the block ends; it may stand before a function, too. The counter has the one label `outcome`."""
    ending = Ending()
    try:
        yield ending
    except DomainError as error:
        counter.labels(ending.outcome or error.code).inc()
        raise
    except Exception:
        counter.labels(FAILED).inc()
        raise
    counter.labels(ending.outcome or OK).inc()
