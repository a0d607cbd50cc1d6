"""The feed, for the gateway and for catalog's follower; never routed by the gateway."""

from flask import Response, jsonify

from auth.routes import keys
from auth.routes.current import auth
from auth.schemas.feed import FeedQuery
from auth.use_cases import feed
from quartet.guard import internal
from quartet.openapi import Blueprint

blueprint = Blueprint("feed", __name__, enable_openapi=False)

MEMBERS = ("id", "type", "subject", "value", "created_at", "expires_at")


@blueprint.get("/internal/feed")
@internal
@blueprint.input(FeedQuery, location="query", arg_name="query")
def read_feed(query: FeedQuery) -> Response:
    """Read events after a cursor; `keys` tells a reader whether the keys that it has are still the published ones."""
    page = feed.read(auth(), query.after, query.limit)
    return jsonify(
        now=page.now,
        items=[{name: getattr(event, name) for name in MEMBERS} for event in page.items],
        next=page.next,
        more=page.more,
        reset=page.reset,
        keys=keys.digest(),
    )
