"""The outbox: mails that wait to be sent."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from auth.models import OutboxMail
from quartet.database import rows_changed


@dataclass(frozen=True)
class Backlog:
    waiting: int
    oldest: datetime | None
    """When the one that waits longest was posted."""
    failed: int


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


def mails_to(session: Session, addresses: Collection[str]) -> Sequence[OutboxMail]:
    """Return all mails to these addresses, in whatever case they were typed, oldest first."""
    typed = {form for address in addresses for form in (address, address.lower())}
    statement = select(OutboxMail).where(OutboxMail.recipient.in_(typed) | func.lower(OutboxMail.recipient).in_(typed))
    return session.scalars(statement.order_by(OutboxMail.id)).all()


def remove(session: Session, mails: Collection[OutboxMail]) -> None:
    session.execute(delete(OutboxMail).where(OutboxMail.id.in_([each.id for each in mails])))


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


def backlog(session: Session) -> Backlog:
    unsent = select(func.count()).select_from(OutboxMail).where(OutboxMail.sent_at.is_(None))
    waiting = unsent.where(OutboxMail.given_up_at.is_(None))
    # Ids count up as mails are posted, so the oldest is found without a look at all that wait.
    oldest = select(OutboxMail.created_at).where(OutboxMail.sent_at.is_(None), OutboxMail.given_up_at.is_(None))
    return Backlog(
        session.scalars(waiting).one(),
        session.scalars(oldest.order_by(OutboxMail.id).limit(1)).first(),
        session.scalars(unsent.where(OutboxMail.given_up_at.is_not(None))).one(),
    )


def find(session: Session, mail_id: int) -> OutboxMail | None:
    return session.get(OutboxMail, mail_id)


def newest(session: Session, dead: bool, limit: int) -> Sequence[OutboxMail]:
    """Return the newest mails, newest first; with `dead` only those that were given up."""
    statement = select(OutboxMail).order_by(OutboxMail.id.desc()).limit(limit)
    return session.scalars(statement.where(OutboxMail.given_up_at.is_not(None)) if dead else statement).all()


def revive(session: Session, mail_ids: Sequence[int] | None, now: datetime) -> int:
    """Let mails that were given up be due again, these or all; return how many."""
    found = select(OutboxMail.id).where(OutboxMail.given_up_at.is_not(None), OutboxMail.sent_at.is_(None))
    ids = session.scalars(found if mail_ids is None else found.where(OutboxMail.id.in_(mail_ids))).all()
    statement = update(OutboxMail).where(OutboxMail.id.in_(ids), OutboxMail.given_up_at.is_not(None))
    return rows_changed(session, statement.values(given_up_at=None, attempts=0, due_at=now))
