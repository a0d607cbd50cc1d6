"""What auth's feed asks of us."""

from collections.abc import Sequence
from datetime import UTC, datetime

from catalog.repository import feed, owners, products
from quartet.database import Database
from quartet.feed import FeedEvent
from quartet.retries import retried


def position(database: Database) -> str:
    """Return the cursor of the first event of auth's feed that has not been absorbed."""
    with database.reading() as session:
        return feed.position(session)


@retried
def absorb(database: Database, events: Sequence[FeedEvent], position: str, next_position: str) -> bool:
    """Do what a page of auth's feed asks for and move from `position` on, all at once.

    Deleted users lose their products and leave a tombstone, renamed ones get their name; other events say nothing to
    us. Absorbing an event again changes nothing, as long as all that follow it come again too.

    Returns:
        Whether it was done. Not when another follower has moved on from `position` in the meantime: a name of this
        page may be an old one by now.
    """
    with database.writing() as session:
        if not feed.move_position(session, position, next_position):
            return False
        for event in events:
            match event:
                case FeedEvent(type="user.deleted", subject=subject):
                    owners.bury(session, subject, datetime.now(UTC))
                    products.remove_all_of(session, subject)
                case FeedEvent(type="user.renamed", subject=subject, value=str(name)):
                    owners.rename(session, subject, name)
        session.commit()
    return True
