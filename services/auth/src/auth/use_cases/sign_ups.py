"""Sign-ups: an account made at once, or, where a confirmation is required, when its mail's link is followed."""

import time
from datetime import UTC, datetime, timedelta

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from auth import repository
from auth.errors import ConfirmationNotFound, EmailTaken, UsernameTaken
from auth.models import User
from auth.resources import Resources
from auth.seals import BrokenSeal
from auth.use_cases import mail
from auth.use_cases.accounts import new_user
from auth.use_cases.identities import key_of
from quartet.retries import retried

CONFIRMATION = "qc1"


def sign_up(auth: Resources, username: str, email: str | None, password: str) -> User:
    """Make an account, or, where the policy requires a confirmation, a sign-up that waits for it.

    A waiting sign-up for an address that has an account already is made like any other, so that nobody learns of the
    account; its owner gets a notice in place of the link.

    Raises:
        UsernameTaken, EmailTaken: the latter only where no confirmation is required.
        Busy: no slot to hash the password in.
    """
    password_hash = auth.passwords.hash(password)
    try:
        return _stored(auth, username, email, password_hash)
    except IntegrityError:
        # Somebody took the name, or the address, between our look and our insert.
        with auth.database.reading() as session:
            if repository.users.by_username(session, key_of(username)):
                raise UsernameTaken from None
        raise EmailTaken from None


@retried
def _stored(auth: Resources, username: str, email: str | None, password_hash: str) -> User:
    now = datetime.now(UTC)
    required = auth.settings.email_confirmation == "required"
    user = new_user(username, email, password_hash, now)
    with auth.database.writing() as session:
        owner = repository.users.owner_of_email(session, user.email_key) if user.email_key else None
        if owner and not required:
            raise EmailTaken
        _make_room(session, user, now - timedelta(seconds=auth.settings.confirmation_ttl))
        if not required:
            user.activated_at = now
            user.owned_email_key = user.email_key
        repository.users.add(session, user)
        if owner:
            mail.post(session, auth.seals, "already_registered", owner.email, username=owner.username)
        elif user.email and auth.settings.email_confirmation != "off":
            mail.post(session, auth.seals, "confirm", user.email, username=username, link=_link(auth, user))
        session.commit()
    return user


@retried
def confirm(auth: Resources, token: str) -> User:
    """Activate the sign-up whose mail was followed; doing it again changes nothing.

    Raises:
        ConfirmationNotFound: the token is not ours, has expired, or was replaced by a later sign-up.
    """
    subject = _read_link(auth, token)
    now = datetime.now(UTC)
    try:
        with auth.database.writing() as session:
            found = repository.users.by_subject(session, subject)
            held = repository.users.hold_by_email(session, found.email_key) if found and found.email_key else ()
            user = next((each for each in held if each.subject == subject), None)
            if user is None:
                raise ConfirmationNotFound
            if user.email_confirmed_at is None:
                user.owned_email_key = user.email_key
                user.activated_at = user.activated_at or now
                user.email_confirmed_at = now
                repository.users.remove_pending(session, *(each.id for each in held if each is not user))
                session.commit()
            return user
    except IntegrityError:
        raise ConfirmationNotFound from None  # another sign-up was confirmed for the address first


def _make_room(session: Session, user: User, stale_before: datetime) -> None:
    """Remove the sign-ups that this one replaces; raises UsernameTaken when the name is still held by another."""
    if user.email_key:
        repository.users.remove_pending(session, *repository.users.pending_for(session, user.email_key))
    holder = repository.users.by_username(session, user.username_key)
    if holder is None:
        return
    if not repository.users.is_stale(holder, stale_before):
        raise UsernameTaken
    repository.users.remove_pending(session, holder.id)


def _link(auth: Resources, user: User) -> str:
    expires_at = int(time.time()) + auth.settings.confirmation_ttl
    token = auth.seals.stamp(CONFIRMATION, user.subject, str(expires_at))
    return f"{auth.settings.public_url}/api/auth/confirm?token={token}"


def _read_link(auth: Resources, token: str) -> str:
    try:
        subject, expires_at = auth.seals.read_stamp(CONFIRMATION, token)
    except BrokenSeal:
        raise ConfirmationNotFound from None
    if int(expires_at) <= time.time():
        raise ConfirmationNotFound
    return subject
