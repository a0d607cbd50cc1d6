"""Races over accounts and roles, on whatever database there is; each caller has connections of its own."""

from collections import Counter
from collections.abc import Callable, Sequence

from auth.callers import COMMAND_LINE, Caller
from auth.models import User
from auth.resources import Resources
from auth.use_cases import accounts, authority, logins, profiles, sessions, sign_ups, users
from auth.use_cases.reauthentication import by_password, by_recent_login
from quartet.testing.at_once import Meet, at_once
from services.auth.tests.api import PASSWORD
from services.auth.tests.people import id_of, logged_in
from services.auth.tests.site import Site

Act = Callable[[Resources], object]


def outcomes(site: Site, acts: Sequence[Act]) -> list[str]:
    """Let all act at once; return for each `done` or the name of the error."""

    def take_part(act: Act, meet: Meet) -> str:
        with site.opened() as auth:
            auth.database.check()
            meet()
            try:
                act(auth)
            except Exception as error:
                return type(error).__name__
            return "done"

    return at_once("threads", take_part, acts)


def tally(site: Site, acts: Sequence[Act]) -> Counter[str]:
    return Counter(outcomes(site, acts))


def plain_user(auth: Resources, username: str) -> Caller:
    """Return a new user without a mail's detour, logged in."""
    assert accounts.create_admin(auth, COMMAND_LINE, username, PASSWORD)
    with auth.database.writing() as session:
        user = session.get_one(User, id_of(auth, logged_in(auth, username)))
        user.roles = "user"
        session.commit()
    return logged_in(auth, username)


def demote(caller: Caller, user_id: int) -> Act:
    return lambda auth: users.change(auth, caller, user_id, roles=["user"])


def disable(caller: Caller, user_id: int) -> Act:
    return lambda auth: users.change(auth, caller, user_id, disabled=True)


def delete(caller: Caller, user_id: int) -> Act:
    return lambda auth: users.delete(auth, caller, user_id)


def revoke(caller: Caller, user_id: int) -> Act:
    return lambda auth: users.revoke(auth, caller, user_id)


def rename(caller: Caller, username: str) -> Act:
    return lambda auth: profiles.change(auth, caller, username, None, None)


def change_all(caller: Caller, username: str, password: str) -> Act:
    return lambda auth: profiles.change(auth, caller, username, None, by_recent_login, password)


def leave(caller: Caller) -> Act:
    return lambda auth: accounts.delete_own(auth, caller, by_password(PASSWORD))


def leave_unasked(caller: Caller) -> Act:
    """Leave, with nothing that takes time before the write."""
    return lambda auth: accounts.delete_own(auth, caller, lambda *_: None)


def change_email_unasked(caller: Caller, email: str) -> Act:
    return lambda auth: profiles.change(auth, caller, None, email, lambda *_: None)


def log_out_everywhere(caller: Caller) -> Act:
    return lambda auth: sessions.log_out_everywhere(auth, caller, caller.subject or "")


def log_in(username: str) -> Act:
    return lambda auth: logins.log_in(auth, COMMAND_LINE, username, None, PASSWORD)


def sign_up(username: str, email: str) -> Act:
    return lambda auth: sign_ups.sign_up(auth, COMMAND_LINE, username, email, PASSWORD)


def active_admins(auth: Resources) -> int:
    with auth.database.reading() as session:
        return sum(authority.is_active_admin(user) for user in session.query(User))
