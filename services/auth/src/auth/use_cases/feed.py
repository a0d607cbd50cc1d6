"""Reading the feed from the side that keeps it."""

import time
from dataclasses import dataclass

from auth import repository
from auth.models import FeedEvent
from auth.resources import Resources

START = "0"


@dataclass(frozen=True)
class Page:
    """Some events after a cursor; with `reset` the cursor is unknown and the reader starts over from START."""

    now: int
    items: list[FeedEvent]
    next: str
    more: bool
    reset: bool = False


def read(auth: Resources, after: str, limit: int) -> Page:
    """Return at most `limit` events after the cursor `after`, which is START or the `next` of an earlier page.

    A cursor that is not in the table belongs to another history (a restored backup): the answer is a reset.
    """
    now = int(time.time())
    position, _, nonce = after.partition(".")
    event_id = int(position)
    with auth.database.reading() as session:
        if after != START and not repository.feed.event_exists(session, event_id, nonce):
            return Page(now, [], START, more=False, reset=True)
        found = repository.feed.events_after(session, event_id, limit + 1)
    items = list(found[:limit])
    cursor = f"{items[-1].id}.{items[-1].nonce}" if items else after
    return Page(now, items, cursor, more=len(found) > limit)
