"""The HTTP face of counter."""

from http import HTTPStatus
from typing import ClassVar, cast

from flask import Flask, current_app
from werkzeug.routing import BaseConverter

from counter import use_cases
from counter.errors import CounterNotFound, CounterOverflow, StoreUnavailable
from counter.repository import Counters
from counter.schemas import CounterOut, Increment, Pong, Visits
from quartet.errors import InvalidInput
from quartet.guard import principal, public
from quartet.openapi import Blueprint, problems_of

blueprint = Blueprint("counters", __name__, tag="Counters")

KEY = "counter.counters"
NO_STORE = {"Cache-Control": "no-store"}


class CounterName(BaseConverter):
    """One segment of a path; whether it names a counter, the use cases say."""

    schema: ClassVar = {"type": "string", "pattern": f"^{use_cases.NAME.pattern}$"}


def init_app(app: Flask, counters: Counters) -> None:
    app.extensions[KEY] = counters
    app.url_map.converters["counter"] = CounterName
    app.register_blueprint(blueprint)


@blueprint.get("/api/ping")
@public
@blueprint.output(Pong, example={"status": "ok"})
def ping() -> tuple[Pong, HTTPStatus, dict[str, str]]:
    """Answer, for whoever wants to know whether the way to the service is open."""
    return Pong(status="ok"), HTTPStatus.OK, NO_STORE


@blueprint.get("/api/count")
@problems_of(StoreUnavailable)
@blueprint.output(Visits, example={"visits": 42})
def count_visit() -> tuple[Visits, HTTPStatus, dict[str, str]]:
    """Count one visit, and tell how many there were."""
    return Visits(visits=use_cases.count_visit(_counters())), HTTPStatus.OK, NO_STORE


@blueprint.get("/api/counters/<counter:name>")
@problems_of(CounterNotFound, InvalidInput, StoreUnavailable)
@blueprint.output(CounterOut, example={"name": "coffee", "value": 3})
def read_counter(name: str) -> tuple[CounterOut, HTTPStatus, dict[str, str]]:
    """Show one of the caller's counters."""
    value = use_cases.read_counter(_counters(), principal().subject, name)
    return CounterOut(name=name, value=value), HTTPStatus.OK, NO_STORE


@blueprint.post("/api/counters/<counter:name>/increment")
@problems_of(CounterOverflow, StoreUnavailable)
@blueprint.input(Increment, arg_name="body", example={"by": 1})
@blueprint.output(CounterOut, example={"name": "coffee", "value": 4})
def increment_counter(name: str, body: Increment) -> tuple[CounterOut, HTTPStatus, dict[str, str]]:
    """Add to one of the caller's counters; the first time makes it. An empty body adds one."""
    value = use_cases.increment_counter(_counters(), principal().subject, name, body.by)
    return CounterOut(name=name, value=value), HTTPStatus.OK, NO_STORE


def _counters() -> Counters:
    return cast(Counters, current_app.extensions[KEY])
