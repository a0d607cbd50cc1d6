"""Who is logged in already proves it once more: a session left open must not be enough.

By the password; or, where clients of older systems do not send it, by a login that was only just now.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from auth.callers import Caller
from auth.errors import LoginTooOld, WrongPassword
from auth.models import User
from auth.resources import Resources
from auth.use_cases import authority
from auth.use_cases.throttling import Limit, forget, take
from quartet.retries import retried

Reauthentication = Callable[[Resources, Caller, User], None]
"""Returns when the caller is the user indeed; a use case says what it raises."""

AGAIN = Limit("password-again", 5, timedelta(seconds=10), timedelta(minutes=15))


def by_password(password: str) -> Reauthentication:
    """Return what asks for the password: see `check_password`."""
    return lambda auth, _caller, user: check_password(auth, user, password)


def by_recent_login(auth: Resources, caller: Caller, _user: User) -> None:
    """Return when the caller's session, which is live, began with a login of the last RECENT_LOGIN seconds.

    Raises:
        LoginTooOld.
        TokenRevoked: the session has ended.
    """
    with auth.database.reading() as session:
        login = authority.find_session(session, caller)
    if login.created_at < datetime.now(UTC) - timedelta(seconds=auth.settings.recent_login):
        raise LoginTooOld


def check_password(auth: Resources, user: User, password: str) -> None:
    """Return when this is the user's password.

    Raises:
        WrongPassword.
        TooManyRequests: after some wrong ones.
        Busy: no slot to check it in.
    """
    with auth.passwords.slot() as slot:
        take(auth, (AGAIN, user.subject))
        if not slot.matches(password, user.password_hash):
            raise WrongPassword
    _forgive(auth, user)


@retried
def _forgive(auth: Resources, user: User) -> None:
    with auth.database.writing() as session:
        forget(auth, session, (AGAIN, user.subject))
        session.commit()
