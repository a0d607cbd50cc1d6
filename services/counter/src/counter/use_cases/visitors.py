"""The unique visitors of a counter, estimated with a standard error of 0.81 % (Heule, Nunkesser, Hall: HyperLogLog in
Practice, 2013, with the 16,384 registers that Redis has).
"""

from counter.limits import Limits
from counter.repository import visitors
from counter.repository.store import Store
from counter.repository.visitors import Unique
from counter.spans import Counts, Span
from counter.use_cases.names import checked_name


def add(store: Store, limits: Limits, owner: str, name: str, visitor: str) -> Unique:
    """Count a visitor of the owner's counter, made at 0 by its first; who was counted before changes nothing.

    Raises:
        InvalidInput: the name breaks the rule for names.
        CounterLimitReached: the owner has as many counters as one may have.
    """
    return visitors.add(store, owner, checked_name(name), visitor, limits)


def read(store: Store, limits: Limits, owner: str, name: str, span: Span) -> tuple[int, Counts]:
    """Return the unique visitors in all, and those of each day of the span that is kept.

    Raises:
        InvalidInput: the name breaks the rule for names, or the span is too long.
        CounterNotFound.
    """
    return visitors.read(store, owner, checked_name(name), span, limits)
