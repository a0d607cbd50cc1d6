"""The outbox: mails are sent when due, tried again when SES does not take them, and kept when it never does."""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from prometheus_client import Counter
from sqlalchemy.exc import SQLAlchemyError

from auth import repository
from auth.mail import CONNECT_TIMEOUT, READ_TIMEOUT, Transport
from auth.models import OutboxMail
from auth.repository.outbox import Backlog
from auth.resources import Resources
from auth.use_cases import letters
from auth.use_cases.letters import NothingToSend
from quartet.retries import retried

log = logging.getLogger(__name__)

BATCH = 10
LEASE = timedelta(seconds=60)
LONGEST_SENDING = timedelta(seconds=CONNECT_TIMEOUT + READ_TIMEOUT + 2)
FIRST_PAUSE = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(hours=1)
MOST_ATTEMPTS = 20

MAILS = Counter("auth_mails", "What became of mails that were due.", ["outcome"])
SENT, RETRIED, GIVEN_UP, DROPPED = OUTCOMES = ("sent", "retried", "given_up", "dropped")


@dataclass(frozen=True)
class Entry:
    """A mail as an operator may see it: without what it says, and not all of the address."""

    id: int
    template: str
    recipient: str
    state: str
    created_at: datetime
    attempts: int
    reason: str


def send_due(auth: Resources, transport: Transport) -> bool:
    """Send the mails that are due; tell whether there may be more.

    A mail that fails is tried again later, each time after twice the pause, and given up after MOST_ATTEMPTS. One
    whose mailer dies between sending and noting it is sent twice rather than never.
    """
    with auth.database.writing() as session:
        claimed = repository.outbox.claim(session, datetime.now(UTC), LEASE, BATCH)
        session.commit()
    claim_ends = time.monotonic() + LEASE.total_seconds()
    for mail in claimed:
        if time.monotonic() > claim_ends - LONGEST_SENDING.total_seconds():
            break  # SES is slow: what is left comes again, to whoever claims it next
        _send(auth, transport, mail)
    return len(claimed) == BATCH


def backlog(auth: Resources) -> Backlog:
    """Return how many mails wait, since when the oldest of them does, and how many were given up."""
    with auth.database.reading() as session:
        return repository.outbox.backlog(session)


def listed(auth: Resources, dead: bool, limit: int) -> list[Entry]:
    """Return the newest mails, or of those only the dead letters."""
    with auth.database.reading() as session:
        return [_entry(mail) for mail in repository.outbox.newest(session, dead, limit)]


@retried
def retry(auth: Resources, mail_ids: Sequence[int] | None) -> int:
    """Let dead letters be sent after all, with all attempts before them; None stands for all. Return how many."""
    with auth.database.writing() as session:
        revived = repository.outbox.revive(session, mail_ids, datetime.now(UTC))
        session.commit()
    return revived


def _send(auth: Resources, transport: Transport, mail: OutboxMail) -> None:
    try:
        transport.send(letters.write(auth, mail))
    except NothingToSend as outcome:
        _settle(auth, mail, str(outcome))
    except SQLAlchemyError:
        raise  # says nothing of the mail, which comes again when its lease ends
    except Exception as error:  # whatever is wrong with one mail, the others must go
        reason = str(error) or type(error).__name__
        log.warning("a mail was not sent", extra={"mail_id": mail.id, "attempt": mail.attempts, "reason": reason})
        _note_failure(auth, mail, reason)
    else:
        _settle(auth, mail, None)


@retried
def _settle(auth: Resources, mail: OutboxMail, outcome: str | None) -> None:
    """Note that a mail was sent, or, with an outcome, why there was nothing to send."""
    with auth.database.writing() as session:
        found = repository.outbox.find(session, mail.id)
        if found is not None:
            found.sent_at = datetime.now(UTC)
            found.last_error = outcome
            found.sealed_values = ""
            session.commit()
    MAILS.labels(SENT if outcome is None else DROPPED).inc()


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
    MAILS.labels(RETRIED if mail.attempts < MOST_ATTEMPTS else GIVEN_UP).inc()


def _entry(mail: OutboxMail) -> Entry:
    if mail.given_up_at:
        state = "dead"
    elif mail.sent_at:
        state = "not needed" if mail.last_error else "sent"
    else:
        state = "waiting"
    name, _, domain = mail.recipient.rpartition("@")
    masked = f"{name[:1]}…@{domain}"
    return Entry(mail.id, mail.template, masked, state, mail.created_at, mail.attempts, mail.last_error or "")
