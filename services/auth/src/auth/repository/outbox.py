"""The outbox: mails that wait to be sent."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from auth.models import OutboxMail


def add(session: Session, mail: OutboxMail) -> None:
    session.add(mail)
    session.flush()


def remove_waiting(session: Session, template: str, recipient: str, due_at: datetime) -> None:
    """Remove the mails that wait for exactly this moment; by their ids, for a search would lock their neighbours."""
    found = (
        select(OutboxMail.id)
        .where(OutboxMail.sent_at.is_(None), OutboxMail.given_up_at.is_(None), OutboxMail.due_at == due_at)
        .where(OutboxMail.template == template, OutboxMail.recipient == recipient)
    )
    session.execute(delete(OutboxMail).where(OutboxMail.id.in_(session.scalars(found).all())))


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
