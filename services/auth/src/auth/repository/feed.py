"""The feed: events whose ids become visible in order and without gaps."""

import secrets
import time
from collections.abc import Sequence

from prometheus_client import Counter
from sqlalchemy import event, select, update
from sqlalchemy.orm import Session

from auth.models import FeedEvent, FeedHead

APPENDED = Counter("auth_feed_events", "Events appended to the feed.", ["type"])

for _type in ("session.revoked", "user.revoked", "user.deleted", "user.renamed", "all.revoked"):
    APPENDED.labels(_type)


def hold(session: Session) -> None:
    """Let no event be appended elsewhere before this session ends."""
    session.execute(select(FeedHead.id).with_for_update())


def append(session: Session, kind: str, subject: str, value: str | None = None, ttl: int | None = None) -> None:
    """Append an event; call it as the last thing before the commit.

    Args:
        ttl: seconds after which no token can be alive that the event speaks of; None for an event that stays.
    """
    append_all(session, kind, [(subject, value)], ttl)


def append_all(session: Session, kind: str, told: Sequence[tuple[str, str | None]], ttl: int | None = None) -> None:
    """Append an event for each subject and value; as `append`.

    The head row stays locked from here to the commit, so that no later id can become visible before an earlier one.
    An auto-increment id would: it is given out at the insert, and a slow transaction commits it after a faster one.
    """
    session.flush()
    session.execute(update(FeedHead).values(last_id=FeedHead.last_id + len(told)))
    first = session.scalars(select(FeedHead.last_id)).one() - len(told) + 1
    now = int(time.time())
    session.add_all(
        FeedEvent(
            id=first + place,
            nonce=secrets.token_hex(8),
            type=kind,
            subject=subject,
            value=value,
            created_at=now,
            expires_at=None if ttl is None else now + ttl,
        )
        for place, (subject, value) in enumerate(told)
    )
    session.flush()
    event.listen(session, "after_commit", lambda _session: APPENDED.labels(kind).inc(len(told)), once=True)


def event_exists(session: Session, event_id: int, nonce: str) -> bool:
    statement = select(FeedEvent.id).where(FeedEvent.id == event_id, FeedEvent.nonce == nonce)
    return session.scalars(statement).first() is not None


def events_after(session: Session, event_id: int, limit: int) -> Sequence[FeedEvent]:
    """Return at most `limit` events after `event_id`, in order."""
    statement = select(FeedEvent).where(FeedEvent.id > event_id).order_by(FeedEvent.id).limit(limit)
    return session.scalars(statement).all()
