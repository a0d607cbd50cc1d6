"""The audit log: inserted and read, never changed."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.models import AuditEntry


def add(session: Session, entry: AuditEntry) -> None:
    session.add(entry)


def about(session: Session, subject: str) -> Sequence[AuditEntry]:
    """Return what somebody did and what was done to them, oldest first."""
    statement = select(AuditEntry).where((AuditEntry.actor == subject) | (AuditEntry.target == subject))
    return session.scalars(statement.order_by(AuditEntry.id)).all()
