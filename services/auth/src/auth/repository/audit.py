"""The audit log: inserted and read, never changed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, aliased

from auth.models import AuditEntry, User
from auth.searches import AuditSearch
from quartet.paging import NewestFirst


@dataclass(frozen=True)
class Named:
    """An entry, with the names that actor and target have now; None for who has no account any more."""

    entry: AuditEntry
    actor_name: str | None
    target_name: str | None


def add(session: Session, entry: AuditEntry) -> None:
    session.add(entry)


def about(session: Session, subject: str) -> Sequence[AuditEntry]:
    """Return what somebody did and what was done to them, oldest first."""
    statement = select(AuditEntry).where((AuditEntry.actor == subject) | (AuditEntry.target == subject))
    return session.scalars(statement.order_by(AuditEntry.id)).all()


def newest(session: Session, wanted: AuditSearch, limit: int, after: NewestFirst | None) -> list[Named]:
    """Return at most `limit` entries, the newest first, those below `after`."""
    actor, target = aliased(User), aliased(User)
    statement = (
        select(AuditEntry, actor.username, target.username)
        .outerjoin(actor, actor.subject == AuditEntry.actor)
        .outerjoin(target, target.subject == AuditEntry.target)
        .where(*_conditions(wanted))
        .order_by(AuditEntry.created_at.desc(), AuditEntry.id.desc())
        .limit(limit)
    )
    if after is not None:
        # (created_at, id) < (…, …), written so that MySQL reads just that range of the index.
        earlier = or_(AuditEntry.created_at < after.created_at, AuditEntry.id < after.id)
        statement = statement.where(AuditEntry.created_at <= after.created_at, earlier)
    return [Named(*row) for row in session.execute(statement)]


def oldest(session: Session, wanted: AuditSearch, limit: int, after: NewestFirst | None) -> Sequence[AuditEntry]:
    """Return at most `limit` entries, the oldest first, those above `after`."""
    statement = select(AuditEntry).where(*_conditions(wanted)).order_by(AuditEntry.created_at, AuditEntry.id)
    if after is not None:
        later = or_(AuditEntry.created_at > after.created_at, AuditEntry.id > after.id)
        statement = statement.where(AuditEntry.created_at >= after.created_at, later)
    return session.scalars(statement.limit(limit)).all()


def _conditions(wanted: AuditSearch) -> Iterator[ColumnElement[bool]]:
    if wanted.actor is not None:
        yield AuditEntry.actor == wanted.actor
    if wanted.target is not None:
        yield AuditEntry.target == wanted.target
    if wanted.action is not None:
        yield AuditEntry.action == wanted.action
    if wanted.since is not None:
        yield AuditEntry.created_at >= wanted.since
    if wanted.until is not None:
        yield AuditEntry.created_at < wanted.until
