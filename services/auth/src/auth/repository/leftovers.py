"""Rows that nobody needs any more, found by an index and removed by their keys, a few at a time.

They are looked for without a lock, and each is judged once more by the deletion: one that somebody has renewed in the
meantime stays, and several that remove at once do each other no harm.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, inspect, select, tuple_
from sqlalchemy.orm import Session

from auth.models import AuditEntry, Base, Code, FamiliarPlace, FeedEvent, OutboxMail, Throttle, User
from auth.models import Session as LoginSession
from quartet.database import rows_changed

DELETED, RENAMED = "user.deleted", "user.renamed"


@dataclass(frozen=True)
class Leftovers:
    """What to remove of one table."""

    table: type[Base]
    condition: ColumnElement[bool]


def ended_sessions(before: datetime) -> Leftovers:
    return Leftovers(LoginSession, LoginSession.expires_at < before)


def stale_sign_ups(before: datetime) -> Leftovers:
    return Leftovers(User, and_(User.activated_at.is_(None), User.created_at < before))


def expired(table: type[Code | Throttle | FamiliarPlace], before: datetime) -> Leftovers:
    return Leftovers(table, table.expires_at < before)


def sent_mails(before: datetime) -> Leftovers:
    return Leftovers(OutboxMail, OutboxMail.sent_at < before)


def dead_mails(before: datetime) -> Leftovers:
    return Leftovers(OutboxMail, and_(OutboxMail.sent_at.is_(None), OutboxMail.given_up_at < before))


def old_audit_entries(before: datetime) -> Leftovers:
    return Leftovers(AuditEntry, AuditEntry.created_at < before)


def expired_events(session: Session, before: int) -> Leftovers:
    """Return the events of the feed that expired before then, never the newest: it is where most readers stand."""
    newest = session.scalars(select(func.max(FeedEvent.id))).one() or 0
    over = and_(FeedEvent.expires_at < before, FeedEvent.id < newest, FeedEvent.type != DELETED)
    return Leftovers(FeedEvent, over)


def superseded_names(session: Session, before: int, limit: int) -> Leftovers:
    """Return new names told before then that a later event, which stays, makes void; at most `limit` of them."""
    staying = (FeedEvent.type.in_((RENAMED, DELETED)), FeedEvent.expires_at.is_(None))
    last = select(FeedEvent.subject, func.max(FeedEvent.id).label("id")).where(*staying).group_by(FeedEvent.subject)
    final = last.subquery()
    void = (FeedEvent.type == RENAMED, FeedEvent.created_at < before, FeedEvent.id < final.c.id)
    statement = select(FeedEvent.id).join(final, final.c.subject == FeedEvent.subject).where(*void).limit(limit)
    return Leftovers(FeedEvent, FeedEvent.id.in_(session.scalars(statement).all()))


def find(session: Session, leftovers: Leftovers, limit: int) -> Sequence[tuple[Any, ...]]:
    """Return the primary keys of at most `limit` rows."""
    statement = select(*inspect(leftovers.table).primary_key).where(leftovers.condition).limit(limit)
    return [tuple(row) for row in session.execute(statement)]


def remove(session: Session, leftovers: Leftovers, keys: Sequence[tuple[Any, ...]]) -> int:
    """Remove those of the rows that are left over still; return how many."""
    columns = inspect(leftovers.table).primary_key
    one = len(columns) == 1
    chosen = columns[0].in_([key[0] for key in keys]) if one else tuple_(*columns).in_(keys)
    statement = delete(leftovers.table).where(chosen, leftovers.condition)
    return rows_changed(session, statement.execution_options(synchronize_session=False))
