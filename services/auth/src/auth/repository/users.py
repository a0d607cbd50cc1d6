"""Users, and sign-ups that wait for their confirmation."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from auth.models import User


def find(session: Session, user_id: int) -> User | None:
    """Return an account by its id."""
    user = session.get(User, user_id)
    return user if user and user.activated_at else None


def by_subject(session: Session, subject: str) -> User | None:
    """Return an account or a pending sign-up by its subject."""
    return session.scalars(select(User).where(User.subject == subject)).first()


def by_username(session: Session, username_key: str) -> User | None:
    """Return the account or the pending sign-up that has this name."""
    return session.scalars(select(User).where(User.username_key == username_key)).first()


def owner_of_email(session: Session, email_key: str) -> User | None:
    return session.scalars(select(User).where(User.owned_email_key == email_key)).first()


def by_email(session: Session, email_key: str) -> User | None:
    """Return the account that owns the address, else the latest sign-up that names it."""
    latest = select(User).where(User.email_key == email_key, User.activated_at.is_(None)).order_by(User.id.desc())
    return owner_of_email(session, email_key) or session.scalars(latest.limit(1)).first()


def add(session: Session, user: User) -> None:
    """Insert a user; raises IntegrityError when a name or an address was taken in the meantime."""
    session.add(user)
    session.flush()


def remove(session: Session, user: User) -> None:
    session.delete(user)
    session.flush()


def remove_pending(session: Session, email_key: str, but: str | None = None) -> None:
    """Remove the sign-ups that name an address, save the one with the subject `but`."""
    statement = delete(User).where(User.email_key == email_key, User.activated_at.is_(None))
    session.execute(statement if but is None else statement.where(User.subject != but))


def is_stale(user: User, before: datetime) -> bool:
    """Tell whether this is a sign-up whose confirmation can no longer come."""
    return user.activated_at is None and user.created_at < before
