"""flask-api, which counted the visits of all."""

from http import HTTPStatus

from counter.errors import StoreUnavailable
from counter.routes.answers import NO_STORE
from counter.routes.current import store
from counter.schemas.visits import Pong, Visits
from counter.use_cases import visits
from quartet.guard import public
from quartet.legacy import TOKEN_CODES, LegacyBlueprint, Told, replaced_by
from quartet.openapi import problems_of

blueprint = LegacyBlueprint("flask-api", __name__, dict.fromkeys(TOKEN_CODES, Told(401)))


@blueprint.get("/api/ping")
@replaced_by("GET /api/ping")
@public
@blueprint.output(Pong, example={"status": "ok"})
def ping() -> tuple[Pong, HTTPStatus, dict[str, str]]:
    """Answer, for whoever wants to know whether the way to the service is open."""
    return Pong(status="ok"), HTTPStatus.OK, NO_STORE


@blueprint.get("/api/count")
@replaced_by("GET /api/count")
@problems_of(StoreUnavailable)
@blueprint.output(Visits, example={"visits": 42})
def count_visit() -> tuple[Visits, HTTPStatus, dict[str, str]]:
    """Count one visit, of the same count as today's route has, and tell how many there were."""
    return Visits(visits=visits.count(store())), HTTPStatus.OK, NO_STORE
