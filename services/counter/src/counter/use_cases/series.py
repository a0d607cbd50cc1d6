"""What was added to a counter in each hour and each day."""

from counter.limits import Limits
from counter.repository import series
from counter.repository.store import Store
from counter.spans import Counts, Span, Unit
from counter.use_cases.names import checked_name


def read(store: Store, limits: Limits, owner: str, name: str, unit: Unit, span: Span) -> Counts:
    """Return the sums of the owner's counter in each hour or day of the span, 0 where nothing was added.

    What is kept no longer, or in the future, is left out of the span.

    Raises:
        InvalidInput: the name breaks the rule for names, or the span has more than MOST_POINTS points.
        CounterNotFound.
    """
    return series.read(store, owner, checked_name(name), unit, span, limits)
