"""The counters of users."""

from http import HTTPStatus

from counter.errors import CounterNotFound, CounterOverflow, StoreUnavailable
from counter.routes.answers import NO_STORE
from counter.routes.current import store
from counter.schemas.counters import CounterOut, Increment
from counter.use_cases import counters
from quartet.errors import InvalidInput
from quartet.guard import principal
from quartet.openapi import Blueprint, problems_of

blueprint = Blueprint("counters", __name__, tag="Counters")


@blueprint.get("/api/counters/<counter:name>")
@problems_of(CounterNotFound, InvalidInput, StoreUnavailable)
@blueprint.output(CounterOut, example={"name": "coffee", "value": 3})
def read_counter(name: str) -> tuple[CounterOut, HTTPStatus, dict[str, str]]:
    """Show one of the caller's counters."""
    value = counters.read(store(), principal().subject, name)
    return CounterOut(name=name, value=value), HTTPStatus.OK, NO_STORE


@blueprint.post("/api/counters/<counter:name>/increment")
@problems_of(CounterOverflow, StoreUnavailable)
@blueprint.input(Increment, arg_name="body", example={"by": 1})
@blueprint.output(CounterOut, example={"name": "coffee", "value": 4})
def increment_counter(name: str, body: Increment) -> tuple[CounterOut, HTTPStatus, dict[str, str]]:
    """Add to one of the caller's counters; the first time makes it. An empty body adds one."""
    value = counters.increment(store(), principal().subject, name, body.by)
    return CounterOut(name=name, value=value), HTTPStatus.OK, NO_STORE
