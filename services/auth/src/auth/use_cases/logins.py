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

from datetime import UTC, datetime, timedelta

from auth import repository
from auth.callers import Caller
from auth.errors import AccountDisabled, EmailNotConfirmed, InvalidCredentials
from auth.models import User
from auth.resources import Resources
from auth.use_cases import sessions, throttling
from auth.use_cases.identities import key_of
from auth.use_cases.sessions import Grant
from auth.use_cases.throttling import Limit
from quartet.retries import retried

OF_CLIENT = Limit("login_client", 20, timedelta(seconds=1), timedelta(minutes=15))
OF_NAME_AT_CLIENT = Limit("login_pair", 5, timedelta(seconds=1), timedelta(minutes=5))
OF_NAME = Limit("login_name", 50, timedelta(seconds=1), timedelta(minutes=1))
FAMILIAR = timedelta(days=30)


def log_in(auth: Resources, caller: Caller, username: str | None, email: str | None, password: str) -> Grant[User]:
    """Begin a session.

    Raises:
        InvalidCredentials: for an unknown user as for a wrong password, after the same work.
        EmailNotConfirmed, AccountDisabled: only after the right password.
        TooManyRequests: after too many wrong ones, whether or not there is such a user.
        Busy: no slot to check the password in; the try is not counted.
    """
    name = key_of(username if username is not None else email or "")
    with auth.passwords.slot() as slot:
        with auth.database.reading() as session:
            familiar = repository.throttles.is_familiar(session, _at(auth, name, caller), datetime.now(UTC))
            look = repository.users.by_username if username is not None else repository.users.by_email
            user = look(session, name)
        everywhere = [(OF_CLIENT, caller.place)] if familiar else [(OF_CLIENT, caller.place), (OF_NAME, name)]
        throttling.take(auth, *everywhere, _pair(name, caller))
        if not slot.matches(password, user.password_hash if user else None) or user is None:
            raise InvalidCredentials
        outdated = auth.passwords.is_outdated(user.password_hash)
        new_hash = slot.hash(password) if outdated else None
    throttling.give_back(auth, *everywhere)
    throttling.forget(auth, _pair(name, caller))
    if user.activated_at is None:
        raise EmailNotConfirmed
    if user.disabled_at is not None:
        raise AccountDisabled
    grant = sessions.begin(auth, caller, user, new_hash)
    make_familiar(auth, caller, name)
    return grant


@retried
def make_familiar(auth: Resources, caller: Caller, *names: str) -> None:
    """Note that the owner of an account was where the caller is, under these names (compared)."""
    with auth.database.writing() as session:
        for name in names:
            repository.throttles.make_familiar(session, _at(auth, name, caller), datetime.now(UTC) + FAMILIAR)
        session.commit()


def welcome_back(auth: Resources, caller: Caller, user: User) -> None:
    """Let somebody who has proven to own an account log in from here, whatever strangers have tried under its names."""
    names = [name for name in (user.username_key, user.email_key) if name]
    make_familiar(auth, caller, *names)
    throttling.forget(auth, *(_pair(name, caller) for name in names))


def _pair(name: str, caller: Caller) -> throttling.Try:
    return OF_NAME_AT_CLIENT, f"{name}\n{caller.place}"


def _at(auth: Resources, name: str, caller: Caller) -> str:
    return auth.seals.digest(f"place {name}\n{caller.place}")
