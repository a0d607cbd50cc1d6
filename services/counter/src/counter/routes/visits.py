"""Visits, and a ping."""

from http import HTTPStatus

from counter.errors import StoreUnavailable
from counter.routes.answers import NO_STORE
from counter.routes.current import store
from counter.schemas.visits import Pong, Visits
from counter.use_cases import visits
from quartet.guard import public
from quartet.openapi import Blueprint, problems_of

blueprint = Blueprint("visits", __name__, tag="Visits")


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
    return Visits(visits=visits.count(store())), HTTPStatus.OK, NO_STORE
