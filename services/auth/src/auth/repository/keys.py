"""Signing keys."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.models import SigningKey


def published(session: Session) -> Sequence[SigningKey]:
    """Return all keys, oldest first."""
    return session.scalars(select(SigningKey).order_by(SigningKey.created_at, SigningKey.kid)).all()


def in_state(session: Session, state: str) -> SigningKey | None:
    """Return the newest key in `state`, locked until the transaction ends."""
    statement = select(SigningKey).where(SigningKey.state == state).order_by(SigningKey.created_at.desc())
    return session.scalars(statement.limit(1).with_for_update()).first()


def find(session: Session, kid: str) -> SigningKey | None:
    return session.get(SigningKey, kid, with_for_update=True)


def add(session: Session, key: SigningKey) -> None:
    session.add(key)
    session.flush()


def remove(session: Session, key: SigningKey) -> None:
    session.delete(key)
    session.flush()
