"""Signing keys."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.models import FeedHead, SigningKey


def published(session: Session) -> Sequence[SigningKey]:
    """Return all keys, oldest first."""
    return session.scalars(select(SigningKey).order_by(SigningKey.created_at, SigningKey.kid)).all()


def hold_all(session: Session) -> None:
    """Let nobody else change which keys there are before this session ends.

    A lock on keys that are not there yet would hold nothing, so a row that is always there stands for them all.
    """
    session.execute(select(FeedHead.id).with_for_update())


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
