"""Addresses that take no mail."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from auth.models import SuppressedAddress
from quartet.database import rows_changed


def find(session: Session, email_key: str) -> SuppressedAddress | None:
    return session.get(SuppressedAddress, email_key)


def add(session: Session, email_key: str, reason: str, now: datetime) -> bool:
    """Note an address; tell whether it was new."""
    if find(session, email_key):
        return False
    try:
        with session.begin_nested():
            session.add(SuppressedAddress(email_key=email_key, reason=reason, created_at=now))
    except IntegrityError:
        return False  # somebody else noted it in this moment
    return True


def remove(session: Session, email_key: str) -> bool:
    """Forget an address; tell whether it was there."""
    return rows_changed(session, delete(SuppressedAddress).where(SuppressedAddress.email_key == email_key)) == 1


def listed(session: Session) -> Sequence[SuppressedAddress]:
    """Return all, oldest first."""
    return session.scalars(select(SuppressedAddress).order_by(SuppressedAddress.created_at)).all()


def among(session: Session, email_keys: Collection[str]) -> Sequence[SuppressedAddress]:
    """Return those of these addresses that take no mail."""
    return session.scalars(select(SuppressedAddress).where(SuppressedAddress.email_key.in_(email_keys))).all()
