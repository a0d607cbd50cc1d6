"""Mail: put into the outbox in the transaction of the change that it tells of, sent later by the mailer."""

import json
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from auth import repository
from auth.models import OutboxMail, Throttle
from auth.resources import Resources
from auth.seals import Seals
from auth.use_cases.identities import key_of
from quartet.retries import retried

FREE = 3
MEMORY = timedelta(seconds=10)
"""For each second of MAIL_COOLDOWN: how long the mails to an address are counted after the last one."""


def post(session: Session, seals: Seals, template: str, recipient: str | None, **values: str) -> None:
    """Put a mail into the outbox; it is sent once the session is committed. Nobody's address (None) gets nothing.

    Args:
        values: whom and what about, such as `subject` (of a user); `languages` are the caller's. No link, no code:
            those are made when the letter is written (`use_cases/letters.py`).
    """
    if recipient is not None:
        _put(session, seals, template, recipient, values, datetime.now(UTC))


def post_spaced(auth: Resources, session: Session, template: str, recipient: str | None, **values: str) -> None:
    """As `post`, for an address that anybody can name: after FREE mails to it, there is one in each MAIL_COOLDOWN.

    A mail that has to wait takes the place of the one that waits already: the last of many is always sent, and nobody
    can fill somebody's mailbox.
    """
    if recipient is None:
        return
    now = datetime.now(UTC)
    cooldown = _hold_cooldown(auth, session, template, recipient, now)
    cooldown.count = 1 if cooldown.expires_at <= now else cooldown.count + 1
    due_at = cooldown.blocked_until
    if due_at is None or due_at <= now or cooldown.count <= FREE:
        due_at = now
        _begin(auth, cooldown, now)
    else:
        repository.outbox.remove_waiting(session, template, recipient, due_at)
    cooldown.expires_at = now + MEMORY * auth.settings.mail_cooldown
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
