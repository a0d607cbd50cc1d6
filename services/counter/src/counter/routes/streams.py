"""Live values of counters, as server-sent events."""

import json
import random
from collections.abc import Iterator

from flask import Response, request

from counter.errors import CounterNotFound, StoreUnavailable, StreamsFull, TooManyStreams
from counter.routes.answers import NO_STORE
from counter.routes.current import store, streams
from counter.routes.peers import Peer
from counter.use_cases import counters
from counter.use_cases.streams import Sign, Stream, Streams
from quartet.errors import InvalidInput
from quartet.guard import principal
from quartet.openapi import Blueprint, answers_with, problems_of

EVENT_STREAM = "text/event-stream"
HEADERS = NO_STORE | {"X-Accel-Buffering": "no"}  # the gateway passes on what comes as it comes
EVENT = {
    "type": "object",
    "properties": {"event": {"enum": ["value", "deleted"]}, "data": {"type": "string"}},
    "required": ["event", "data"],
}
EXAMPLE = {"event": "value", "data": '{"name":"coffee","value":3}'}

blueprint = Blueprint("streams", __name__, tag="Live values")


@blueprint.get("/api/counters/<counter:name>/stream")
@problems_of(CounterNotFound, InvalidInput, StoreUnavailable, StreamsFull, TooManyStreams)
@answers_with(200, EVENT_STREAM, "Events `value` and `deleted`, for a minute at most.", EXAMPLE, EVENT)
def stream_counter(name: str) -> Response:
    """Show the value of one of the caller's counters, now and whenever it changes.

    Server-sent events, to be read by fetch with an access token: `value` at once and at each change, only the newest of
    changes in quick succession; `deleted`, the last one, when the counter is. Comments come in between. The stream ends
    within a minute: open it again after the milliseconds that `retry` gave, with a token of that time.
    """
    if request.method == "HEAD":
        counters.read(store(), principal().subject, name)
        return Response(mimetype=EVENT_STREAM, headers=HEADERS)
    ours = streams()
    stream = ours.open(principal().subject, name)
    peer = Peer(request.environ.get("gunicorn.socket"))
    response = Response(events(ours, stream, peer), mimetype=EVENT_STREAM, headers=HEADERS)
    response.call_on_close(lambda: ours.close(stream))
    return response


def events(ours: Streams, stream: Stream, peer: Peer) -> Iterator[str]:
    """Yield a stream as text (HTML Living Standard, server-sent events), for as long as somebody reads it."""
    yield f"retry: {random.randint(1_000, 3_000)}\n\n"  # noqa: S311 - so that not all come back at once
    for happening in ours.follow(stream):
        if peer.has_gone():
            return
        match happening:
            case Sign.IDLE:
                continue
            case Sign.ALIVE:
                text = ": nothing new\n\n"
            case Sign.OVER:
                text = ": open the stream again\n\n"
            case Sign.DELETED:
                text = _event("deleted", name=stream.name)
            case value:
                text = _event("value", name=stream.name, value=value)
        if not peer.takes():
            return
        yield text


def _event(kind: str, **data: str | int) -> str:
    return f"event: {kind}\ndata: {json.dumps(data, separators=(',', ':'))}\n\n"
