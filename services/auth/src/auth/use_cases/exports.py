"""All that is held about a user, for the user."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from auth import repository
from auth.callers import Caller
from auth.errors import UserNotFound
from auth.models import AuditEntry, Code, OutboxMail, Session, SuppressedAddress, User
from auth.resources import Resources
from auth.use_cases import audit
from auth.use_cases.identities import key_of
from auth.use_cases.throttling import Limit, take
from quartet.retries import retried

EXPORTS = Limit("export", 5, timedelta(minutes=10), timedelta(hours=1))


@dataclass(frozen=True)
class Held:
    """What is held about a user, at one moment."""

    at: datetime
    user: User
    sessions: Sequence[Session]
    codes: Sequence[Code]
    entries: Sequence[AuditEntry]
    mails: Sequence[OutboxMail]
    suppressed: Sequence[SuppressedAddress]


def export(auth: Resources, caller: Caller) -> Held:
    """Return all that is held about the caller; raises UserNotFound, TooManyRequests."""
    take(auth, (EXPORTS, caller.subject or ""))
    return _collected(auth, caller)


@retried
def _collected(auth: Resources, caller: Caller) -> Held:
    with auth.database.writing() as session:
        user = repository.users.by_subject(session, caller.subject or "")
        if user is None:
            raise UserNotFound
        addresses = [each for each in (user.email, user.new_email) if each]
        audit.note(session, caller, "account.exported", target=user.subject)
        held = Held(
            at=datetime.now(UTC),
            user=user,
            sessions=repository.sessions.all_of(session, user.id),
            codes=repository.codes.all_of(session, user.id),
            entries=repository.audit.about(session, user.subject),
            mails=repository.outbox.mails_to(session, addresses),
            suppressed=repository.suppressions.among(session, [key_of(each) for each in addresses]),
        )
        session.commit()
    return held
