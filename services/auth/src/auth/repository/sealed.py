"""What is sealed beside the signing keys: mails that wait, or were given up."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.models import OutboxMail


def mails(session: Session) -> Sequence[tuple[int, str]]:
    """Return the ids and sealed values of the mails that still have some."""
    statement = select(OutboxMail.id, OutboxMail.sealed_values).where(OutboxMail.sealed_values != "")
    return [(mail_id, text) for mail_id, text in session.execute(statement.order_by(OutboxMail.id))]


def hold_mails(session: Session, mail_ids: Sequence[int]) -> Sequence[OutboxMail]:
    """Return mails as they are now; nobody else changes them before this session ends."""
    statement = select(OutboxMail).where(OutboxMail.id.in_(mail_ids)).order_by(OutboxMail.id).with_for_update()
    return session.scalars(statement, execution_options={"populate_existing": True}).all()
