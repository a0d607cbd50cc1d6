"""The unique visitors of a counter."""

from http import HTTPStatus

from counter.errors import CounterLimitReached, CounterNotFound, StoreUnavailable
from counter.routes.answers import NO_STORE
from counter.routes.current import limits, store
from counter.schemas.spans import SpanQuery
from counter.schemas.visitors import UniqueOut, Visitor, VisitorsOut
from counter.spans import Unit
from counter.use_cases import visitors
from quartet.guard import principal
from quartet.openapi import Blueprint, problems_of

blueprint = Blueprint("visitors", __name__, tag="Counters")

EXAMPLE = {
    "name": "coffee",
    "total": 41,
    "from": "2026-11-20",
    "to": "2026-11-22",
    "days": [{"date": "2026-11-20", "visitors": 0}, {"date": "2026-11-21", "visitors": 12}],
}


@blueprint.post("/api/counters/<counter:name>/visitors")
@problems_of(CounterLimitReached, StoreUnavailable)
@blueprint.input(Visitor, arg_name="body", example={"visitor": "5f2b1c0e"})
@blueprint.output(UniqueOut, example={"name": "coffee", "today": 12, "total": 41})
def add_visitor(name: str, body: Visitor) -> tuple[UniqueOut, HTTPStatus, dict[str, str]]:
    """Count a visitor of one of the caller's counters, each once a day and once in all; the first makes the counter.

    Its value stays as it is. Visitors are told apart byte by byte; the counts are estimates by HyperLogLog,
    with a standard error of 0.81 %. The store gets a digest of a visitor alone, which its files may hold for a while:
    nobody reads a visitor there, but who has the files can try guesses, such as known addresses.
    """
    unique = visitors.add(store(), limits(), principal().subject, name, body.visitor)
    return UniqueOut(name=name, today=unique.today, total=unique.total), HTTPStatus.OK, NO_STORE


@blueprint.get("/api/counters/<counter:name>/visitors")
@problems_of(CounterNotFound, StoreUnavailable)
@blueprint.input(SpanQuery, location="query", arg_name="query")
@blueprint.output(VisitorsOut, example=EXAMPLE)
def read_visitors(name: str, query: SpanQuery) -> tuple[VisitorsOut, HTTPStatus, dict[str, str]]:
    """Show the unique visitors of one of the caller's counters, in all and for each day of UTC.

    Without `from` these are the last 30 days, today included. What is kept no longer (VISITOR_DAYS), or lies in the
    future, is left out. The counts are estimates with a standard error of 0.81 %.
    """
    total, found = visitors.read(store(), limits(), principal().subject, name, query.span(Unit.DAY))
    return VisitorsOut.of(name, total, found), HTTPStatus.OK, NO_STORE
