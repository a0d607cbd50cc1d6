"""Letters: what a mail of the outbox says, to whom and in which language, found out when it is sent.

Between the posting and the sending an address may have found an owner, or a sign-up may have been replaced. So links
and codes are made here, go to the address that is stored and not to the one that somebody typed (two that compare
equal may belong to different people), and a mail may turn out to say nothing.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from auth import mail_templates, repository
from auth.mail import Letter
from auth.models import OutboxMail, User
from auth.resources import Resources
from auth.use_cases import proofs
from auth.use_cases.identities import key_of
from auth.use_cases.proofs import Purpose
from quartet.retries import retried


class NothingToSend(Exception):
    """The mail is settled without a letter; the message is the outcome that the outbox notes, one word."""


@dataclass(frozen=True)
class _Content:
    template: str
    recipient: str
    values: Mapping[str, object]


Values = dict[str, str]
Writer = Callable[[Resources, Session, OutboxMail, Values], _Content]


def write(auth: Resources, mail: OutboxMail) -> Letter:
    """Return the letter that a mail of the outbox stands for now.

    Raises:
        NothingToSend: nobody has the address, or the account asks for it no longer, or the address takes no mail.
        BrokenSeal: the mail was sealed with a secret that is gone.
        BrokenTemplate: an operator's template is wrong.
    """
    values = json.loads(auth.seals.unseal(mail.sealed_values))
    content = _content(auth, mail, values)
    languages = values.get("languages", "")
    return mail_templates.compose(auth.settings, content.template, languages, content.recipient, content.values)


@retried
def _content(auth: Resources, mail: OutboxMail, values: Values) -> _Content:
    with auth.database.writing() as session:
        content = WRITERS.get(mail.template, _notice)(auth, session, mail, values)
        if repository.suppressions.find(session, key_of(content.recipient)):
            raise NothingToSend("suppressed")
        session.commit()
    return content


def _confirm(auth: Resources, session: Session, mail: OutboxMail, values: Values) -> _Content:
    """The mail of one sign-up; where its address has an owner, the owner is told."""
    del mail
    user = repository.users.hold(session, values["subject"])
    if user is None or user.email_key is None:
        raise NothingToSend("replaced")
    return _confirmation(auth, session, user)


def _resend(auth: Resources, session: Session, mail: OutboxMail, values: Values) -> _Content:
    """Another mail for whoever has not confirmed this address yet."""
    del values
    found = repository.users.by_email(session, key_of(mail.recipient))
    user = found and repository.users.hold(session, found.subject)
    if not user:
        raise NothingToSend("nobody")
    return _confirmation(auth, session, user)


def _confirmation(auth: Resources, session: Session, user: User) -> _Content:
    if user.email_confirmed:
        raise NothingToSend("confirmed")
    owner = repository.users.owner_of_email(session, str(user.email_key))
    if owner is not None and owner.id != user.id:
        return _told_owner(owner)
    if user.activated_at is None:
        user.created_at = datetime.now(UTC)  # it waits for this mail: as long as the link lives, its name is its own
    return _proof(auth, session, user, Purpose.CONFIRMATION, "confirm", str(user.email))


def _password_reset(auth: Resources, session: Session, mail: OutboxMail, values: Values) -> _Content:
    del values
    found = repository.users.owner_of_email(session, key_of(mail.recipient))
    user = found and repository.users.hold(session, found.subject)
    if not user or user.owned_email_key != key_of(mail.recipient) or user.disabled_at:
        raise NothingToSend("nobody")
    return _proof(auth, session, user, Purpose.PASSWORD_RESET, "password_reset", str(user.email))


def _new_email(auth: Resources, session: Session, mail: OutboxMail, values: Values) -> _Content:
    """The mail to an address that shall take the place of another; where it has an owner, the owner is told."""
    user = repository.users.hold(session, values["subject"])
    if user is None or user.new_email_key is None or user.new_email != mail.recipient:
        raise NothingToSend("replaced")
    owner = repository.users.owner_of_email(session, user.new_email_key)
    if owner is not None and owner.id != user.id:
        return _told_owner(owner)
    return _proof(auth, session, user, Purpose.NEW_EMAIL, "new_email", user.new_email)


def _notice(auth: Resources, session: Session, mail: OutboxMail, values: Values) -> _Content:
    """A mail that only tells, posted for a user (`subject`) whose name it says."""
    del auth
    user = repository.users.by_subject(session, values["subject"])
    if user is None:
        raise NothingToSend("nobody")
    return _Content(mail.template, mail.recipient, {"username": user.username})


def _told_owner(owner: User) -> _Content:
    return _Content("already_registered", str(owner.email), {"username": owner.username})


def _proof(auth: Resources, session: Session, user: User, purpose: Purpose, template: str, recipient: str) -> _Content:
    settings = auth.settings
    proof = proofs.issue(auth, session, user, purpose)
    page = "password/reset" if purpose is Purpose.PASSWORD_RESET else "confirm"
    life = settings.reset_ttl if purpose is Purpose.PASSWORD_RESET else settings.confirmation_ttl
    values = {
        "username": user.username,
        "link": f"{settings.public_url}/api/auth/{page}?token={proof.token}",
        "code": proof.code,
        **mail_templates.lives(life, settings.code_ttl),
    }
    return _Content(template, recipient, values)


WRITERS: dict[str, Writer] = {
    "confirm": _confirm,
    "resend": _resend,
    "password_reset": _password_reset,
    "new_email": _new_email,
}
"""How the mails are written that do more than tell."""
