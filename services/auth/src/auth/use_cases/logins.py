"""Login, and what slows down whoever guesses passwords.

Three counters, made of what was typed and of where it came from, never of whom it was found to mean: a counter shared
by a name and its e-mail would tell that they belong together.

- A client over all accounts. A right password takes back its own try alone, or an attacker would clear the counter by
  logging in to an account of his own.
- A name at a client.
- A name from all *unfamiliar* places, those that nobody has logged in from under it of late. Guessing from a thousand
  addresses comes no faster than from one, and the owner, at home, is not kept waiting by it.

Elsewhere the owner may be: a new password by the mail (`use_cases/passwords.py`) makes that place familiar too.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from prometheus_client import Counter
from sqlalchemy.orm import Session

from auth import repository
from auth.callers import Caller
from auth.errors import AccountDisabled, Busy, EmailNotConfirmed, InvalidCredentials
from auth.models import User
from auth.resources import Resources
from auth.use_cases import sessions, throttling
from auth.use_cases.identities import key_of
from auth.use_cases.sessions import Grant
from auth.use_cases.throttling import Limit, Try
from quartet.errors import TooManyRequests
from quartet.outcomes import FAILED, OK, begin_at_zero, counted
from quartet.retries import retried

OF_CLIENT = Limit("login_client", 20, timedelta(seconds=1), timedelta(minutes=15))
OF_NAME_AT_CLIENT = Limit("login_pair", 5, timedelta(seconds=1), timedelta(minutes=5))
OF_NAME = Limit("login_name", 50, timedelta(seconds=1), timedelta(minutes=1))
FAMILIAR = timedelta(days=30)

LOGINS = Counter("auth_logins", "Logins that were tried.", ["outcome"])
begin_at_zero(LOGINS, (OK, InvalidCredentials, EmailNotConfirmed, AccountDisabled, TooManyRequests, Busy, FAILED))

Look = Callable[[Session, str], User | None]


@counted(LOGINS)
def log_in(auth: Resources, caller: Caller, username: str | None, email: str | None, password: str) -> Grant[User]:
    """Begin a session.

    Raises:
        InvalidCredentials: for an unknown user as for a wrong password, after the same work.
        EmailNotConfirmed, AccountDisabled: only after the right password.
        TooManyRequests: after too many wrong ones, whether or not there is such a user.
        Busy: no slot to check the password in; the try is not counted.
    """
    name = key_of(username if username is not None else email or "")
    look = repository.users.by_email if username is None else repository.users.by_username
    with auth.passwords.slot() as slot:
        user, everywhere = _counted(auth, caller, name, look)
        if not slot.matches(password, user.password_hash if user else None) or user is None:
            raise InvalidCredentials
        outdated = auth.passwords.is_outdated(user.password_hash)
        new_hash = slot.hash(password) if outdated else None
    if user.activated_at is None or user.disabled_at is not None:
        _settle(auth, caller, name, everywhere)
        raise AccountDisabled if user.disabled_at is not None else EmailNotConfirmed
    with suppress(InvalidCredentials):
        return _begun(auth, caller, name, everywhere, user, new_hash)
    return _begun_again(auth, caller, name, everywhere, user, password)


def welcome_back(auth: Resources, session: Session, caller: Caller, user: User) -> None:
    """Let somebody who has proven to own an account log in from here, whatever strangers have tried under its names."""
    for name in sorted(name for name in (user.username_key, user.email_key) if name):
        throttling.forget(auth, session, _pair(name, caller))
        _make_familiar(auth, session, caller, name)


@retried
def _counted(auth: Resources, caller: Caller, name: str, look: Look) -> tuple[User | None, list[Try]]:
    """Count the try; return who was meant, and what counts this try beside the name at this client."""
    with auth.database.writing() as session:
        familiar = repository.throttles.is_familiar(session, _at(auth, name, caller), datetime.now(UTC))
        everywhere = [(OF_CLIENT, caller.place)] if familiar else [(OF_CLIENT, caller.place), (OF_NAME, name)]
        throttling.count(auth, session, *everywhere, _pair(name, caller))
        user = look(session, name)
        session.commit()
    return user, everywhere


@retried
def _begun(
    auth: Resources, caller: Caller, name: str, everywhere: list[Try], user: User, new_hash: str | None
) -> Grant[User]:
    with auth.database.writing() as session:
        _uncount(auth, session, caller, name, everywhere)
        _make_familiar(auth, session, caller, name)
        grant = sessions.add(auth, session, caller, user, new_hash)
        session.commit()
    return grant


def _begun_again(
    auth: Resources, caller: Caller, name: str, everywhere: list[Try], known: User, password: str
) -> Grant[User]:
    """Begin the session of a user whose hash was replaced just after it was checked.

    That is how it ends for all but one of logins at once that make an outdated hash anew, and for whoever comes with
    a password that is just being changed. It is the same try, and it is not counted where there is no slot for it.
    """
    try:
        with auth.passwords.slot() as slot:
            with auth.database.reading() as session:
                user = repository.users.by_subject(session, known.subject)
            if user is None or not slot.matches(password, user.password_hash):
                raise InvalidCredentials
    except Busy:
        throttling.give_back(auth, *everywhere, _pair(name, caller))
        raise
    return _begun(auth, caller, name, everywhere, user, None)


@retried
def _settle(auth: Resources, caller: Caller, name: str, everywhere: list[Try]) -> None:
    with auth.database.writing() as session:
        _uncount(auth, session, caller, name, everywhere)
        session.commit()


def _uncount(auth: Resources, session: Session, caller: Caller, name: str, everywhere: list[Try]) -> None:
    throttling.uncount(auth, session, *everywhere)
    throttling.forget(auth, session, _pair(name, caller))


def _make_familiar(auth: Resources, session: Session, caller: Caller, name: str) -> None:
    """Note that the owner of an account was where the caller is, under this name (compared)."""
    repository.throttles.make_familiar(session, _at(auth, name, caller), datetime.now(UTC) + FAMILIAR)


def _pair(name: str, caller: Caller) -> Try:
    return OF_NAME_AT_CLIENT, f"{name}\n{caller.place}"


def _at(auth: Resources, name: str, caller: Caller) -> str:
    return auth.seals.digest(f"place {name}\n{caller.place}")
