"""Owners, and the tombstones of deleted ones."""

from datetime import datetime

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

    With another name the version grows: the ETags of all that is the owner's are made of it, and change, though no
    product is touched.
    """
    _make(session, subject, "")
    owner = session.get_one(Owner, subject, with_for_update=True, populate_existing=True)
    if owner.deleted_at is None and owner.name != name:  # compared here: to MySQL's collation ada is Ada
        owner.name, owner.version = name, owner.version + 1
        session.flush()


def bury(session: Session, subject: str, now: datetime) -> None:
    """Leave a tombstone where an owner is, or could come to be."""
    _make(session, subject, "")
    there = update(Owner).where(Owner.subject == subject, Owner.deleted_at.is_(None))
    session.execute(there.values(name="", deleted_at=now))


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
