"""The outbox: mails that wait to be sent."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.models import OutboxMail


def add(session: Session, mail: OutboxMail) -> None:
    session.add(mail)
    session.flush()


def claim(session: Session, now: datetime, lease: timedelta, limit: int) -> Sequence[OutboxMail]:
    """Return mails that are due and keep other mailers from them for `lease`; those of a dead mailer come again."""
    statement = (
        select(OutboxMail)
        .where(OutboxMail.sent_at.is_(None), OutboxMail.given_up_at.is_(None), OutboxMail.due_at <= now)
        .order_by(OutboxMail.due_at, OutboxMail.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    mails = session.scalars(statement).all()
    for mail in mails:
        mail.due_at = now + lease
        mail.attempts += 1
    session.flush()
    return mails


def find(session: Session, mail_id: int) -> OutboxMail | None:
    return session.get(OutboxMail, mail_id)
