"""A new e-mail of an account: it waits for its confirmation, where there are any."""

from sqlalchemy.orm import Session

from auth import repository
from auth.callers import Caller
from auth.models import User
from auth.resources import Resources
from auth.use_cases import audit, mail
from auth.use_cases.identities import key_of
from auth.use_cases.proofs import Purpose


def change(auth: Resources, session: Session, caller: Caller, user: User, email: str) -> None:
    """Give a user who is held another address: at once, or, where addresses are confirmed, once it is."""
    key = key_of(email)
    if key == user.email_key:
        if user.new_email is not None:
            _await(session, user, None)
            audit.note(session, caller, "email.kept", target=user.subject)
    elif auth.settings.email_confirmation == "off":
        _await(session, user, None)
        repository.codes.remove(session, user.id, Purpose.PASSWORD_RESET)
        user.email, user.email_key, user.owned_email_key, user.email_confirmed_at = email, key, key, None
        audit.note(session, caller, "email.changed", target=user.subject)
    else:
        _await(session, user, email)
        values = {"subject": user.subject, "languages": caller.languages}
        mail.post_spaced(auth, session, "new_email", email, **values)
        audit.note(session, caller, "email.change_asked", target=user.subject)


def _await(session: Session, user: User, email: str | None) -> None:
    """Wait for the confirmation of this address; a code that was sent to another is good no longer."""
    if email != user.new_email:
        repository.codes.remove(session, user.id, Purpose.NEW_EMAIL)
    user.new_email, user.new_email_key = email, key_of(email) if email else None
