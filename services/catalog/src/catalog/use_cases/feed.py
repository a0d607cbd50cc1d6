"""What auth's feed asks of us."""

from collections.abc import Sequence
from datetime import UTC, datetime

from catalog.repository import feed, idempotency, owners, products
from quartet.database import Database
from quartet.feed import FeedEvent
from quartet.retries import retried

BATCH = 1000
"""Products that one transaction removes: few enough that it ends long before a statement may last no longer."""


def position(database: Database) -> str:
    """Return the cursor of the first event of auth's feed that has not been absorbed."""
    with database.reading() as session:
        return feed.position(session)


def absorb(database: Database, events: Sequence[FeedEvent], position: str, next_position: str) -> bool:
    """Do what a page of auth's feed asks for and move from `position` on, all at once.

    Deleted users lose their products and leave a tombstone, renamed ones get their name; other events say nothing to
    us. Absorbing an event again changes nothing, as long as all that follow it come again too.

    Where a deleted user has many products, all but the last few go before that, in transactions of their own: the
    tombstone is there with the first of them, and whoever dies in between is followed by one who goes on.

    Returns:
        Whether it was done. Not when another follower has moved on from `position` in the meantime: a name of this
        page may be an old one by now.
    """
    for event in events:
        if event.type == "user.deleted":
            while _remove_some_of(database, event.subject):
                pass
    return _absorb(database, events, position, next_position)


@retried
def _absorb(database: Database, events: Sequence[FeedEvent], position: str, next_position: str) -> bool:
    with database.writing() as session:
        if not feed.move_position(session, position, next_position):
            return False
        for event in events:
            match event:
                case FeedEvent(type="user.deleted", subject=subject):
                    owners.bury(session, subject, datetime.now(UTC))
                    products.remove_all_of(session, subject)
                    idempotency.remove_all_of(session, subject)
                case FeedEvent(type="user.renamed", subject=subject, value=str(name)):
                    owners.rename(session, subject, name)
        session.commit()
    return True


@retried
def _remove_some_of(database: Database, subject: str) -> bool:
    """Remove some products of a deleted user; False when the few that there are need no transaction of their own."""
    with database.reading() as session:
        found = products.some_of(session, subject, BATCH)
    if len(found) < BATCH:
        return False
    with database.writing() as session:
        owners.bury(session, subject, datetime.now(UTC))
        products.remove_some(session, found)
        session.commit()
    return True
