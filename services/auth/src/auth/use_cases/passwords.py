"""New passwords, by the mail. Which ones there may be: `password_rules.py`; one for another: `profiles.py`.

Neither asking for a mail nor resetting tells who has an account: who has the address is asked when the mail is
written, and a reset costs one hash, made before anybody is looked for, whether or not there is anybody.
"""

from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from auth import repository
from auth.callers import Caller
from auth.errors import ResetNotFound
from auth.models import User
from auth.password_rules import require_good
from auth.resources import Resources
from auth.use_cases import audit, logins, mail, proofs, sessions, throttling
from auth.use_cases.identities import key_of
from auth.use_cases.proofs import NoProof, Purpose
from auth.use_cases.throttling import Limit, Try
from quartet.retries import retried

MAILS = Limit("forgot", 5, timedelta(minutes=1), timedelta(minutes=15))
MAILS_OF_CLIENT = Limit("forgot_client", 20, timedelta(seconds=10), timedelta(minutes=15))
RESETS = Limit("reset", 5, timedelta(seconds=15), timedelta(minutes=10))
RESETS_OF_CLIENT = Limit("reset_client", 20, timedelta(seconds=1), timedelta(minutes=15))


def ask_for_reset(auth: Resources, caller: Caller, email: str) -> None:
    """Post a mail with which the owner of an address, if there is one, can set a new password.

    Raises:
        TooManyRequests: asked too often for the address, or by the caller, whether or not there is an owner.
    """
    throttling.take(auth, (MAILS, key_of(email)), (MAILS_OF_CLIENT, caller.place))
    mail.ask(auth, "password_reset", email, languages=caller.languages)


def name_behind(auth: Resources, token: str) -> str:
    """Return the user name of whoever may set a new password by this link; changes nothing. Raises ResetNotFound."""
    try:
        with auth.database.reading() as session:
            user = repository.users.by_subject(session, proofs.subject_of(auth, Purpose.PASSWORD_RESET, token))
        return _proven(auth, user, token).username
    except NoProof:
        raise ResetNotFound from None


def reset(auth: Resources, caller: Caller, token: str, password: str) -> None:
    """Set a new password by the link of a mail, once. It confirms the address, ends all sessions, logs nobody in.

    Raises:
        InvalidInput: the password breaks a rule.
        ResetNotFound: the link is not ours, has expired, was used, or the password has been changed since.
        TooManyRequests: too many resets of the caller failed.
        Busy: no slot to hash the password in.
    """
    require_good(password)
    new_hash = _hashed(auth, password, tries := [(RESETS_OF_CLIENT, caller.place)])
    try:
        user = _reset(auth, caller, token, password, new_hash)
    except NoProof:
        raise ResetNotFound from None
    _settle(auth, caller, user, tries)


def reset_by_code(auth: Resources, caller: Caller, email: str, code: str, password: str) -> None:
    """As `reset`, for the code of the latest mail to an address; nobody having the address is a wrong code too."""
    require_good(password, email=email)
    tries = [(RESETS, key_of(email)), (RESETS_OF_CLIENT, caller.place)]
    new_hash = _hashed(auth, password, tries)
    user = _reset_by_code(auth, caller, key_of(email), code, password, new_hash)
    if user is None:
        raise ResetNotFound
    _settle(auth, caller, user, tries)


def _hashed(auth: Resources, password: str, tries: list[Try]) -> str:
    with auth.passwords.slot() as slot:
        throttling.take(auth, *tries)
        return slot.hash(password)


@retried
def _settle(auth: Resources, caller: Caller, user: User, tries: list[Try]) -> None:
    with auth.database.writing() as session:
        throttling.uncount(auth, session, *tries)
        logins.welcome_back(auth, session, caller, user)
        session.commit()


@retried
def _reset(auth: Resources, caller: Caller, token: str, password: str, new_hash: str) -> User:
    subject = proofs.subject_of(auth, Purpose.PASSWORD_RESET, token)
    with auth.database.writing() as session:
        user = _proven(auth, repository.users.hold(session, subject), token)
        _begin_anew(auth, session, caller, user, password, new_hash)
        session.commit()
    return user


@retried
def _reset_by_code(
    auth: Resources, caller: Caller, email_key: str, code: str, password: str, new_hash: str
) -> User | None:
    with auth.database.writing() as session:
        held = repository.users.hold_by_email(session, email_key)
        asked = [(each, Purpose.PASSWORD_RESET) for each in held if each.owned_email_key == email_key]
        try:
            user, _ = proofs.find_code(auth, session, [each for each in asked if not each[0].disabled_at], code)
        except NoProof:
            session.commit()  # the try counts
            return None
        _begin_anew(auth, session, caller, user, password, new_hash)
        session.commit()
    return user


def replace(auth: Resources, session: Session, caller: Caller, user: User, new_hash: str) -> None:
    """Give a user who is held the password that they have chosen; the sessions are left to whoever calls this."""
    _replace(auth, session, caller, user, new_hash)
    audit.note(session, caller, "password.changed", target=user.subject)


def _proven(auth: Resources, user: User | None, token: str) -> User:
    if user is None or user.disabled_at is not None:
        raise NoProof
    proofs.check_link(auth, user, Purpose.PASSWORD_RESET, token)
    return user


def _begin_anew(auth: Resources, session: Session, caller: Caller, user: User, password: str, new_hash: str) -> None:
    require_good(password, user.username, user.email)  # only now, for it tells the name behind the link or the code
    _replace(auth, session, caller, user, new_hash)
    user.email_confirmed_at = user.email_confirmed_at or datetime.now(UTC)
    audit.note(session, caller, "password.reset", target=user.subject)
    sessions.end_all(session, caller, user)


def _replace(auth: Resources, session: Session, caller: Caller, user: User, new_hash: str) -> None:
    """Give a user who is held another password; links for the old one die with it.

    So does a change of address that waits: whoever asked for it may be why the password is replaced.
    """
    user.password_hash = new_hash
    user.new_email = user.new_email_key = None
    for purpose in (Purpose.PASSWORD_RESET, Purpose.NEW_EMAIL):
        repository.codes.remove(session, user.id, purpose)
    mail.post(session, auth.seals, "password_changed", user.email, subject=user.subject, languages=caller.languages)
