"""Owners, and the tombstones of deleted ones."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from catalog.models import Owner


def hold(session: Session, subject: str, name: str) -> Owner:
    """Return an owner, made with `name` where there was none; nobody can change it before this session ends."""
    _make(session, subject, name)
    return session.get_one(Owner, subject, with_for_update={"read": True}, populate_existing=True)


def find(session: Session, subject: str) -> Owner | None:
    return session.get(Owner, subject)


def rename(session: Session, subject: str, name: str) -> None:
    """Set the name of an owner, also of one who has nothing yet; a deleted one gets no name again.

    The version grows: the ETags of all that is the owner's are made of it, and change, though no product is touched.
    """
    _set(session, subject, name=name, version=Owner.version + 1)


def bury(session: Session, subject: str, now: datetime) -> None:
    """Leave a tombstone where an owner is, or could come to be."""
    _set(session, subject, name="", deleted_at=now)


def _set(session: Session, subject: str, **values: Any) -> None:
    _make(session, subject, "")
    session.execute(update(Owner).where(Owner.subject == subject, Owner.deleted_at.is_(None)).values(**values))


def _make(session: Session, subject: str, name: str) -> None:
    """Insert an owner, unless there is one.

    The look takes no lock: at REPEATABLE READ one would be on the place where there is no row, and two that have it
    and then insert there deadlock.
    """
    if session.scalars(select(Owner.subject).where(Owner.subject == subject)).first() is not None:
        return
    try:
        with session.begin_nested():
            session.add(Owner(subject=subject, name=name))
    except IntegrityError:
        return
