"""Accounts: make, look at, delete."""

import uuid
from datetime import UTC, datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from auth import repository
from auth.callers import Caller
from auth.errors import UserNotFound
from auth.models import User
from auth.password_rules import require_good
from auth.resources import Resources
from auth.use_cases import audit, authority
from auth.use_cases.identities import key_of
from auth.use_cases.reauthentication import Reauthentication
from quartet.retries import retried


def find_by_subject(auth: Resources, subject: str) -> User:
    """Return the account that a token speaks of; raises UserNotFound."""
    with auth.database.reading() as session:
        user = repository.users.by_subject(session, subject)
    if user is None:
        raise UserNotFound
    return user


def delete_own(auth: Resources, caller: Caller, reauthenticate: Reauthentication) -> None:
    """Delete the caller's account.

    Raises:
        WrongPassword, TooManyRequests, Busy, LoginTooOld: see `reauthentication`.
        LastAdmin: nobody would be left to look after the platform.
        UserNotFound: somebody else deleted it first.
        TokenRevoked: the caller's session has ended in this moment.
    """
    user = find_by_subject(auth, caller.subject or "")
    reauthenticate(auth, caller, user)
    _delete_own(auth, caller, user)


@retried
def _delete_own(auth: Resources, caller: Caller, user: User) -> None:
    with auth.database.writing() as session:
        held = authority.hold_admins(session, user.id)
        if user.id not in held:
            raise UserNotFound
        authority.hold_session(session, caller)
        authority.require_another(held, held[user.id])
        remove(session, caller, held[user.id])
        session.commit()


def remove(session: Session, caller: Caller, user: User) -> None:
    """Remove an account that is held, with its sessions, codes and mails, as the last thing before the commit.

    Its tokens die, and catalog learns of it, through the feed. The audit log goes on speaking of its subject.
    """
    mails = repository.outbox.mails_to(session, [each for each in (user.email, user.new_email) if each])
    repository.outbox.remove(session, mails)
    repository.users.remove(session, user)
    audit.note(session, caller, "account.deleted", target=user.subject, username=user.username)
    repository.feed.append(session, "user.deleted", user.subject)


def create_admin(auth: Resources, caller: Caller, username: str, password: str) -> bool:
    """Make an account with the role admin, unless the name has one; tell whether it was made.

    Raises:
        InvalidInput: the password breaks a rule.
    """
    with auth.database.reading() as session:
        if repository.users.by_username(session, key_of(username)):
            return False
    require_good(password, username)
    now = datetime.now(UTC)
    user = new_user(username, None, auth.passwords.hash(password), now)
    user.roles = f"{repository.users.PLAIN} {authority.ADMIN}"
    user.activated_at = now
    try:
        with auth.database.writing() as session:
            repository.users.add(session, user)
            audit.note(session, caller, "account.created", target=user.subject, roles=user.roles.split())
            session.commit()
    except IntegrityError:
        return False  # somebody else was faster
    return True


def new_user(username: str, email: str | None, password_hash: str, now: datetime) -> User:
    """Return an account that nobody has activated yet and that is not stored."""
    return User(
        subject=str(uuid.uuid4()),
        username=username,
        username_key=key_of(username),
        email=email,
        email_key=key_of(email) if email else None,
        password_hash=password_hash,
        roles=repository.users.PLAIN,
        version=0,
        created_at=now,
    )
