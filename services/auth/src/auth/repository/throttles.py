"""Throttles: counters that are the same for all workers and replicas, and places that are known."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from auth.models import FamiliarPlace, Throttle


def hold(session: Session, kind: str, key: str, expires_at: datetime) -> Throttle:
    """Return a counter, made where there was none; nobody else changes it before this session ends."""
    statement = select(Throttle).where(Throttle.kind == kind, Throttle.key == key)
    if session.scalars(statement).first() is None:
        try:
            with session.begin_nested():
                session.add(Throttle(kind=kind, key=key, count=0, expires_at=expires_at))
        except IntegrityError:
            pass  # somebody else made it in this moment
    return session.scalars(statement.with_for_update(), execution_options={"populate_existing": True}).one()


def remove(session: Session, kind: str, key: str) -> None:
    session.execute(delete(Throttle).where(Throttle.kind == kind, Throttle.key == key))


def is_familiar(session: Session, key: str, now: datetime) -> bool:
    statement = select(FamiliarPlace.key).where(FamiliarPlace.key == key, FamiliarPlace.expires_at > now)
    return session.scalars(statement).first() is not None


def make_familiar(session: Session, key: str, expires_at: datetime) -> None:
    session.merge(FamiliarPlace(key=key, expires_at=expires_at))
