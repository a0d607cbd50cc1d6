"""Mail: put into the outbox in the transaction of the change that it tells of, sent later by the mailer."""

import json
import logging
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from auth import repository
from auth.mail import Letter, Transport, TransportError, compose
from auth.models import OutboxMail
from auth.resources import Resources
from auth.seals import Seals
from quartet.retries import retried

log = logging.getLogger(__name__)

BATCH = 10
LEASE = timedelta(seconds=60)
FIRST_PAUSE = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(hours=1)
MOST_ATTEMPTS = 20


def post(session: Session, seals: Seals, template: str, recipient: str | None, **values: str) -> None:
    """Put a mail into the outbox; it is sent once the session is committed."""
    now = datetime.now(UTC)
    sealed = seals.seal(json.dumps(values))
    mail = OutboxMail(
        template=template, recipient=recipient, sealed_values=sealed, created_at=now, due_at=now, attempts=0
    )
    repository.outbox.add(session, mail)


def send_due(auth: Resources, transport: Transport) -> bool:
    """Send the mails that are due; tell whether there may be more.

    A mail that fails is tried again later, each time after twice the pause, and given up after MOST_ATTEMPTS. One
    whose mailer dies between sending and noting it is sent twice rather than never.
    """
    with auth.database.writing() as session:
        claimed = repository.outbox.claim(session, datetime.now(UTC), LEASE, BATCH)
        session.commit()
    for mail in claimed:
        _send(auth, transport, mail)
    return len(claimed) == BATCH


def _send(auth: Resources, transport: Transport, mail: OutboxMail) -> None:
    letter = _letter(auth, mail)
    try:
        transport.send(letter)
    except TransportError as error:
        log.warning("a mail was not taken", extra={"mail_id": mail.id, "attempt": mail.attempts, "reason": str(error)})
        _note_failure(auth, mail, str(error))
    else:
        _note_sent(auth, mail)


def _letter(auth: Resources, mail: OutboxMail) -> Letter:
    values = json.loads(auth.seals.unseal(mail.sealed_values))
    return compose(mail.template, auth.settings.mail_from, mail.recipient, values)


@retried
def _note_sent(auth: Resources, mail: OutboxMail) -> None:
    with auth.database.writing() as session:
        found = repository.outbox.find(session, mail.id)
        if found is not None:
            found.sent_at = datetime.now(UTC)
            found.sealed_values = ""
            session.commit()


@retried
def _note_failure(auth: Resources, mail: OutboxMail, reason: str) -> None:
    now = datetime.now(UTC)
    with auth.database.writing() as session:
        found = repository.outbox.find(session, mail.id)
        if found is None:
            return
        found.last_error = reason[:255]
        found.due_at = now + min(FIRST_PAUSE * 2 ** (mail.attempts - 1), LONGEST_PAUSE)
        if mail.attempts >= MOST_ATTEMPTS:
            found.given_up_at = now
        session.commit()
