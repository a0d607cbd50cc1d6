"""Mail: put into the outbox in the transaction of the change that it tells of, sent later by the mailer."""

import json
import logging
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from auth import repository
from auth.mail import Letter, Transport, TransportError, compose
from auth.models import OutboxMail, Throttle
from auth.resources import Resources
from auth.seals import Seals
from auth.use_cases.identities import key_of
from quartet.retries import retried

log = logging.getLogger(__name__)

BATCH = 10
LEASE = timedelta(seconds=60)
FIRST_PAUSE = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(hours=1)
MOST_ATTEMPTS = 20


def post(session: Session, seals: Seals, template: str, recipient: str | None, **values: str) -> None:
    """Put a mail into the outbox; it is sent once the session is committed. Nobody's address (None) gets nothing.

    Args:
        values: whom and what about, such as `subject` (of a user); `languages` are the caller's. No link, no code:
            those are made when the letter is written (`use_cases/letters.py`).
    """
    if recipient is not None:
        _put(session, seals, template, recipient, values, datetime.now(UTC))


def post_spaced(auth: Resources, session: Session, template: str, recipient: str | None, **values: str) -> None:
    """As `post`, but within MAIL_COOLDOWN of the one before, to the same address, it waits and takes its place.

    So the last of many is always sent, and nobody can fill somebody's mailbox.
    """
    if recipient is None:
        return
    now = datetime.now(UTC)
    cooldown = _hold_cooldown(auth, session, template, recipient, now)
    due_at = cooldown.blocked_until
    if due_at is None or due_at <= now:
        due_at = now
        _begin(auth, cooldown, now)
    else:
        repository.outbox.remove_waiting(session, template, recipient, due_at)
    _put(session, auth.seals, template, recipient, values, due_at)


@retried
def ask(auth: Resources, template: str, email: str, **values: str) -> None:
    """Post a mail that anybody may ask for, unless it was asked for within MAIL_COOLDOWN.

    Nobody looks who has the address before the letter is written: the work, and the answer, are the same for all.
    """
    now = datetime.now(UTC)
    with auth.database.writing() as session:
        cooldown = _hold_cooldown(auth, session, template, email, now)
        if cooldown.blocked_until is None or cooldown.blocked_until <= now:
            _begin(auth, cooldown, now)
            _put(session, auth.seals, template, email, values, now)
        session.commit()


def _put(session: Session, seals: Seals, template: str, recipient: str, values: dict[str, str], due: datetime) -> None:
    mail = OutboxMail(
        template=template,
        recipient=recipient,
        sealed_values=seals.seal(json.dumps(values)),
        created_at=datetime.now(UTC),
        due_at=due,
        attempts=0,
    )
    repository.outbox.add(session, mail)


def _hold_cooldown(auth: Resources, session: Session, template: str, email: str, now: datetime) -> Throttle:
    key = auth.seals.digest(f"{template} {key_of(email)}")
    return repository.throttles.hold(session, "mail", key, now)


def _begin(auth: Resources, cooldown: Throttle, now: datetime) -> None:
    cooldown.blocked_until = cooldown.expires_at = now + timedelta(seconds=auth.settings.mail_cooldown)


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
