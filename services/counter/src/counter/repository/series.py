"""What was added to a counter in each hour and each day."""

from counter.errors import CounterNotFound
from counter.limits import Limits
from counter.repository import keys
from counter.repository.store import Store
from counter.spans import MOST_POINTS, Counts, Span, SpanTooLong, Unit


def read(store: Store, owner: str, name: str, unit: Unit, span: Span, limits: Limits) -> Counts:
    """Return the sums of that span, as far as it is kept and not in the future; raises CounterNotFound, SpanTooLong."""
    hourly = unit is Unit.HOUR
    series, kept = (keys.hours, limits.hours) if hourly else (keys.days, limits.days)
    script = store.script("series")
    bounds = ["" if each is None else each for each in (span.start, span.end)]
    with store.redis():
        word, *found = script(
            [keys.values(owner), series(owner, name)], [name, unit.value, kept, *bounds, unit.shown, MOST_POINTS]
        )
    match word:
        case "missing":
            raise CounterNotFound
        case "long":
            raise SpanTooLong
    start, sums = found
    return Counts(start, [int(each or 0) for each in sums])
