"""What users change of their own accounts, together or not at all.

The name and the password change at once, the e-mail once the new address is confirmed.
"""

from datetime import timedelta

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from auth import repository
from auth.callers import Caller
from auth.errors import EmailTaken, UsernameTaken, UserNotFound, WrongPassword
from auth.models import User
from auth.password_rules import require_good
from auth.resources import Resources
from auth.use_cases import audit, authority, new_emails, passwords, sessions
from auth.use_cases.accounts import find_by_subject
from auth.use_cases.identities import key_of
from auth.use_cases.reauthentication import Reauthentication
from auth.use_cases.sign_ups import stale_before
from auth.use_cases.throttling import Limit, take
from quartet.errors import FieldError, InvalidInput
from quartet.retries import retried

THIRD_OF_A_DAY = timedelta(hours=8)
RENAMES = Limit("rename", 3, THIRD_OF_A_DAY, THIRD_OF_A_DAY)
ADDRESSES = Limit("new_email", 3, timedelta(minutes=10), THIRD_OF_A_DAY)


def change(
    auth: Resources,
    caller: Caller,
    username: str | None,
    email: str | None,
    reauthenticate: Reauthentication | None,
    password: str | None = None,
) -> User:
    """Change the caller's account; return it as it is then. What is None stays.

    A new e-mail waits in `new_email` for its confirmation, whether or not somebody has it already; the present one
    cancels the waiting, and is no change where none waits. Where no e-mail is confirmed (policy `off`) it changes at
    once. A new password ends the other sessions, and a change of e-mail that waited until now.

    Raises:
        InvalidInput: a new e-mail or password, and nothing to reauthenticate by; or the password breaks a rule.
        WrongPassword, Busy, LoginTooOld: see `reauthentication`.
        TooManyRequests: the same, or after some changes of a day.
        UsernameTaken, EmailTaken: the latter only where no e-mail is confirmed.
        UserNotFound: the account has just been deleted.
        TokenRevoked: with a new e-mail or password, the caller's session has ended in this moment.
    """
    user = find_by_subject(auth, caller.subject or "")
    if email is not None and key_of(email) == user.email_key and user.new_email is None:
        email = None  # some clients send the whole account, whatever they change of it
    if password is not None:
        require_good(password, username or user.username, email or user.email)
    if email is not None or password is not None:
        if reauthenticate is None:
            raise InvalidInput(FieldError("password", "Field required"))
        reauthenticate(auth, caller, user)
    new_hash = _counted(auth, user, username, email, password)
    try:
        return _changed(auth, caller, user, username, email, new_hash)
    except IntegrityError:
        # Somebody took the name, or the address, between our look and our update.
        if username is not None and _holder(auth, user, username):
            raise UsernameTaken from None
        raise EmailTaken from None


def _counted(auth: Resources, user: User, username: str | None, email: str | None, password: str | None) -> str | None:
    """Count the changes; return the hash of the new password. What is refused costs no hash, and no slot no try."""
    if password is None:
        _count(auth, user, username, email)
        return None
    with auth.passwords.slot() as slot:
        _count(auth, user, username, email)
        return slot.hash(password)


def _count(auth: Resources, user: User, username: str | None, email: str | None) -> None:
    """Count the changes that there are; a name that is taken costs nothing."""
    limits = []
    if username is not None and username != user.username:
        holder = _holder(auth, user, username)
        if holder and not repository.users.is_stale(holder, stale_before(auth)):
            raise UsernameTaken
        limits.append(RENAMES)
    if email is not None and key_of(email) != user.email_key:
        limits.append(ADDRESSES)
    if limits:
        take(auth, *((limit, user.subject) for limit in limits))


def _holder(auth: Resources, user: User, username: str) -> User | None:
    """Return who else has the name."""
    with auth.database.reading() as session:
        holder = repository.users.by_username(session, key_of(username))
    return holder if holder and holder.id != user.id else None


@retried
def _changed(
    auth: Resources, caller: Caller, known: User, username: str | None, email: str | None, new_hash: str | None
) -> User:
    with auth.database.writing() as session:
        user = repository.users.hold(session, known.subject)
        proven = email is not None or new_hash is not None
        if proven:
            authority.hold_session(session, caller)
        if user is None:
            raise UserNotFound
        if proven and user.password_hash != known.password_hash:
            raise WrongPassword  # it was changed while it was checked
        if new_hash is not None:
            passwords.replace(auth, session, caller, user, new_hash)
        if email is not None:
            new_emails.change(auth, session, caller, user, email)
        new_name = username if username != user.username else None
        if new_name is not None:
            _rename(auth, session, caller, user, new_name)
        if new_hash is not None:
            sessions.end_others(session, caller, user, caller.session_id)  # sessions before the feed, as everywhere
        if new_name is not None:
            repository.feed.append(session, "user.renamed", user.subject, new_name)
        session.commit()
    return user


def _rename(auth: Resources, session: Session, caller: Caller, user: User, username: str) -> None:
    holder = repository.users.by_username(session, key_of(username))
    if holder and holder.id != user.id:
        if not repository.users.is_stale(holder, stale_before(auth)):
            raise UsernameTaken
        repository.users.remove_pending(session, holder.id)
    audit.note(session, caller, "username.changed", target=user.subject, before=user.username, after=username)
    user.username, user.username_key = username, key_of(username)
