"""What was added to a counter in each hour and each day."""

from http import HTTPStatus

from counter.errors import CounterNotFound, StoreUnavailable
from counter.routes.answers import NO_STORE
from counter.routes.current import limits, store
from counter.schemas.series import UNITS, SeriesOut, SeriesQuery
from counter.use_cases import series
from quartet.guard import principal
from quartet.openapi import Blueprint, problems_of

blueprint = Blueprint("series", __name__, tag="Counters")

EXAMPLE = {
    "name": "coffee",
    "unit": "hour",
    "from": "2026-11-21T09:00:00Z",
    "to": "2026-11-21T11:00:00Z",
    "points": [{"at": "2026-11-21T09:00:00Z", "sum": 3}, {"at": "2026-11-21T10:00:00Z", "sum": 0}],
}


@blueprint.get("/api/counters/<counter:name>/series")
@problems_of(CounterNotFound, StoreUnavailable)
@blueprint.input(SeriesQuery, location="query", arg_name="query")
@blueprint.output(SeriesOut, example=EXAMPLE)
def read_series(name: str, query: SeriesQuery) -> tuple[SeriesOut, HTTPStatus, dict[str, str]]:
    """Show what was added to one of the caller's counters in each hour or day of UTC, 0 where nothing was.

    Without `from` these are the last 24 hours or 30 days, the present one included. A span has at most 1,000 points.
    What is kept no longer (SERIES_HOURS, SERIES_DAYS) and what lies in the future is left out: `from` and `to` of the
    answer say what it holds.
    """
    unit = UNITS[query.unit]
    found = series.read(store(), limits(), principal().subject, name, unit, query.span(unit))
    return SeriesOut.of(name, query.unit, found), HTTPStatus.OK, NO_STORE
