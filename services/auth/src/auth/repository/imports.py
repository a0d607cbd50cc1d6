"""Many users at once, looked up and inserted."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.models import User


def by_names(session: Session, username_keys: Collection[str]) -> Mapping[str, User]:
    """Return the accounts and pending sign-ups that have these names, by their keys."""
    found = session.scalars(select(User).where(User.username_key.in_(username_keys)))
    return {user.username_key: user for user in found}


def owned(session: Session, email_keys: Collection[str]) -> set[str]:
    """Return those of these addresses that an account has."""
    found = session.scalars(select(User.owned_email_key).where(User.owned_email_key.in_(email_keys)))
    return {key for key in found if key}


def pending_for(session: Session, email_keys: Collection[str]) -> Sequence[int]:
    """Return the ids of the sign-ups that name one of these addresses."""
    return session.scalars(select(User.id).where(User.email_key.in_(email_keys), User.activated_at.is_(None))).all()


def add_all(session: Session, users: Collection[User]) -> None:
    """Insert users; raises IntegrityError when a name or an address was taken in the meantime."""
    session.add_all(users)
    session.flush()
