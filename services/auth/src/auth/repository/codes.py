"""Codes of mails."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from auth.models import Code


def replace(session: Session, user_id: int, purpose: str, mac: str, expires_at: datetime) -> None:
    """Make this the user's code for a purpose, with all tries before it."""
    session.merge(Code(user_id=user_id, purpose=purpose, mac=mac, tries=0, expires_at=expires_at))
    session.flush()


def take_try(session: Session, user_id: int, purpose: str, most: int, now: datetime) -> str | None:
    """Use up one try and return the MAC of the code; None where there is none, or no try is left."""
    mine = (Code.user_id == user_id, Code.purpose == purpose, Code.tries < most, Code.expires_at > now)
    found = session.scalars(select(Code).where(*mine).with_for_update()).first()
    if found is None:
        return None
    found.tries += 1
    session.flush()
    return found.mac


def remove(session: Session, user_id: int, purpose: str) -> None:
    session.execute(delete(Code).where(Code.user_id == user_id, Code.purpose == purpose))
