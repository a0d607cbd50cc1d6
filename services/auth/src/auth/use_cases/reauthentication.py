"""The password, asked for again from who is logged in already: a session left open must not be enough."""

from datetime import timedelta

from auth.errors import WrongPassword
from auth.models import User
from auth.resources import Resources
from auth.use_cases.throttling import Limit, forget, take
from quartet.retries import retried

AGAIN = Limit("password-again", 5, timedelta(seconds=10), timedelta(minutes=15))


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
