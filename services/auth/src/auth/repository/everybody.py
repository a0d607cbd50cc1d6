"""What is done to all users at once."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import case, delete, select, update
from sqlalchemy.orm import Session

from auth.models import Code, User
from auth.models import Session as LoginSession
from quartet.database import rows_changed


def raise_versions(session: Session, least: int) -> None:
    """Give each user a higher version, `least` or more."""
    session.execute(update(User).values(version=case((User.version < least, least), else_=User.version + 1)))


def end_sessions(session: Session, now: datetime) -> int:
    """End all sessions; return how many were not ended before."""
    statement = update(LoginSession).where(LoginSession.revoked_at.is_(None)).values(revoked_at=now)
    return rows_changed(session, statement)


def remove_codes(session: Session) -> None:
    session.execute(delete(Code))


def names(session: Session, after: int, limit: int) -> Sequence[tuple[int, str, str]]:
    """Return ids, subjects and names of at most `limit` accounts with ids above `after`, in order."""
    statement = select(User.id, User.subject, User.username).where(User.id > after, User.activated_at.is_not(None))
    return [(each[0], each[1], each[2]) for each in session.execute(statement.order_by(User.id).limit(limit))]
