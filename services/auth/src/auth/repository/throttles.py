"""Throttles: counters that are the same for all workers and replicas, and places that are known."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select, tuple_
from sqlalchemy.dialects import mysql, sqlite
from sqlalchemy.orm import Session

from auth.models import FamiliarPlace, Throttle

Row = tuple[str, str]
"""The kind of a counter, and its key."""

ROW = tuple_(Throttle.kind, Throttle.key)


def hold_all(session: Session, rows: Collection[Row], now: datetime) -> dict[Row, Throttle]:
    """Return counters, made where there were none; nobody else changes them before this session ends.

    They are made and held in one order everywhere, so that no two callers deadlock. No look comes first: what it
    found, another caller could have forgotten by now. On MySQL a counter that is there already is locked by the
    attempt to make it, as strongly as by the look after it: of callers with a weaker lock each would ask for the
    stronger one, and they would deadlock.
    """
    values = [{"kind": kind, "key": key, "count": 0, "expires_at": now} for kind, key in sorted(rows)]
    if session.get_bind().dialect.name == "mysql":
        session.execute(mysql.insert(Throttle).values(values).on_duplicate_key_update(kind=Throttle.kind))
    else:
        session.execute(sqlite.insert(Throttle).values(values).on_conflict_do_nothing())
    statement = select(Throttle).where(ROW.in_(list(rows))).order_by(Throttle.kind, Throttle.key).with_for_update()
    held = session.scalars(statement, execution_options={"populate_existing": True})
    return {(each.kind, each.key): each for each in held}


def hold(session: Session, kind: str, key: str, now: datetime) -> Throttle:
    """As `hold_all`, for one counter."""
    return hold_all(session, [(kind, key)], now)[kind, key]


def remove(session: Session, rows: Collection[Row]) -> None:
    session.execute(delete(Throttle).where(ROW.in_(list(rows))))


def is_familiar(session: Session, key: str, now: datetime) -> bool:
    statement = select(FamiliarPlace.key).where(FamiliarPlace.key == key, FamiliarPlace.expires_at > now)
    return session.scalars(statement).first() is not None


def make_familiar(session: Session, key: str, expires_at: datetime) -> None:
    session.merge(FamiliarPlace(key=key, expires_at=expires_at))
