"""The password, asked for again from who is logged in already: a session left open must not be enough."""

from datetime import timedelta

from auth.errors import WrongPassword
from auth.models import User
from auth.resources import Resources
from auth.use_cases.throttling import Limit, give_back, take

AGAIN = Limit("password-again", 5, timedelta(seconds=10), timedelta(minutes=15), timedelta(hours=1))


def check_password(auth: Resources, user: User, password: str) -> None:
    """Return when this is the user's password.

    Raises:
        WrongPassword.
        TooManyRequests: after some wrong ones.
        Busy: no slot to check it in.
    """
    take(auth, (AGAIN, user.subject))
    if not auth.passwords.matches(password, user.password_hash):
        raise WrongPassword
    give_back(auth, (AGAIN, user.subject))
