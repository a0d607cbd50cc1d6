"""The counters of users."""

from http import HTTPStatus

from counter.errors import CounterLimitReached, CounterNotFound, CounterOverflow, StoreUnavailable, TooManyKeys
from counter.routes.answers import NO_STORE
from counter.routes.current import limits, store
from counter.schemas.counters import CounterOut, CounterPage, CounterQuery, Increment
from counter.use_cases import counters
from quartet.errors import InvalidInput
from quartet.guard import principal
from quartet.idempotency import REPLAYED, idempotency_key, takes_idempotency_key
from quartet.openapi import Blueprint, problems_of

blueprint = Blueprint("counters", __name__, tag="Counters")

EXAMPLE = {"name": "coffee", "value": 3}


@blueprint.get("/api/counters")
@problems_of(StoreUnavailable)
@blueprint.input(CounterQuery, location="query", arg_name="query")
@blueprint.output(CounterPage, example={"items": [EXAMPLE], "next_cursor": None})
def list_counters(query: CounterQuery) -> tuple[CounterPage, HTTPStatus, dict[str, str]]:
    """List the caller's counters by name, in the order of ASCII."""
    page = counters.list_counters(store(), principal().subject, query.limit, query.cursor, query.prefix)
    items = [CounterOut.model_validate(each) for each in page.items]
    answer = CounterPage(items=items, next_cursor=str(page.next) if page.next else None)
    return answer, HTTPStatus.OK, NO_STORE


@blueprint.get("/api/counters/<counter:name>")
@problems_of(CounterNotFound, InvalidInput, StoreUnavailable)
@blueprint.output(CounterOut, example=EXAMPLE)
def read_counter(name: str) -> tuple[CounterOut, HTTPStatus, dict[str, str]]:
    """Show one of the caller's counters."""
    value = counters.read(store(), principal().subject, name)
    return CounterOut(name=name, value=value), HTTPStatus.OK, NO_STORE


@blueprint.post("/api/counters/<counter:name>/increment")
@takes_idempotency_key
@problems_of(CounterOverflow, CounterLimitReached, TooManyKeys, StoreUnavailable)
@blueprint.input(Increment, arg_name="body", example={"by": 1})
@blueprint.output(CounterOut, example={"name": "coffee", "value": 4})
def increment_counter(name: str, body: Increment) -> tuple[CounterOut, HTTPStatus, dict[str, str]]:
    """Add to one of the caller's counters; the first time makes it. An empty body adds one.

    With an Idempotency-Key, which belongs to this counter of the caller, it is added once however often it is sent; a
    refused increment has no record, and may be sent again with the same key.
    """
    counted = counters.increment(store(), limits(), principal().subject, name, body.by, idempotency_key())
    headers = NO_STORE | (REPLAYED if counted.replayed else {})
    return CounterOut(name=name, value=counted.value), HTTPStatus.OK, headers


@blueprint.delete("/api/counters/<counter:name>")
@problems_of(CounterNotFound, InvalidInput, StoreUnavailable)
@blueprint.output(
    {}, status_code=HTTPStatus.NO_CONTENT, description="Deleted, with its history, its visitors and its badge."
)
def delete_counter(name: str) -> tuple[str, HTTPStatus]:
    """Delete one of the caller's counters. An increment makes it anew, at 0 and without history.

    The records of idempotency keys outlive it: an increment sent again does not bring it back.
    """
    counters.delete(store(), principal().subject, name)
    return "", HTTPStatus.NO_CONTENT
