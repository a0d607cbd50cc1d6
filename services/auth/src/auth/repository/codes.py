"""Codes of mails."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, tuple_, update
from sqlalchemy.orm import Session

from auth.models import Code


def replace(session: Session, user_id: int, purpose: str, mac: str, expires_at: datetime) -> None:
    """Make this the user's code for a purpose, with all tries before it."""
    session.merge(Code(user_id=user_id, purpose=purpose, mac=mac, tries=0, expires_at=expires_at))
    session.flush()


def take_try(
    session: Session, pairs: Sequence[tuple[int, str]], most: int, now: datetime
) -> dict[tuple[int, str], str]:
    """Use up a try of the codes for these users and purposes, and return their MACs; without those that have none left.

    As many statements whether or not there is a code: the time tells nothing.
    """
    key = tuple_(Code.user_id, Code.purpose)
    good = select(Code.user_id, Code.purpose, Code.mac).where(key.in_(pairs), Code.tries < most, Code.expires_at > now)
    macs = {(user_id, purpose): mac for user_id, purpose, mac in session.execute(good.with_for_update())}
    session.execute(
        update(Code).where(key.in_(list(macs))).values(tries=Code.tries + 1),
        execution_options={"synchronize_session": False},
    )
    return macs


def remove(session: Session, user_id: int, purpose: str) -> None:
    session.execute(delete(Code).where(Code.user_id == user_id, Code.purpose == purpose))


def all_of(session: Session, user_id: int) -> Sequence[Code]:
    return session.scalars(select(Code).where(Code.user_id == user_id).order_by(Code.purpose)).all()
