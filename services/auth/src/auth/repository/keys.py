"""Signing keys. Of a withdrawn one only the name stays, so that it is not imported again."""

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from auth.models import SigningKey
from auth.repository import feed


def published(session: Session) -> Sequence[SigningKey]:
    """Return all keys that are not withdrawn, oldest first."""
    return session.scalars(_oldest_first().where(SigningKey.state != "withdrawn")).all()


def hold_all(session: Session) -> None:
    """Let nobody else change which keys there are before this session ends.

    A lock on keys that are not there yet would hold nothing, so a row that is always there stands for them all.
    """
    feed.hold(session)


def in_state(session: Session, state: str) -> Sequence[SigningKey]:
    """Return the keys in `state`, oldest first, as they are now, locked until the transaction ends."""
    statement = _oldest_first().where(SigningKey.state == state).with_for_update()
    return session.scalars(statement, execution_options={"populate_existing": True}).all()


def find(session: Session, kid: str) -> SigningKey | None:
    return session.get(SigningKey, kid, with_for_update=True)


def add(session: Session, key: SigningKey) -> None:
    session.add(key)
    session.flush()


def withdraw(session: Session, key: SigningKey) -> None:
    key.state = "withdrawn"
    key.sealed_private = ""
    session.flush()


def _oldest_first() -> Select[SigningKey]:
    return select(SigningKey).order_by(SigningKey.created_at, SigningKey.kid)
