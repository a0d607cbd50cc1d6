"""What only admins may do: asked of the caller's rows at every call, for what a token says may have changed since."""

from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from auth import repository
from auth.callers import Caller
from auth.errors import LastAdmin
from auth.models import Session as LoginSession
from auth.models import User
from quartet.errors import Forbidden
from quartet.tokens import TokenRevoked

ADMIN = "admin"


def is_active_admin(user: User) -> bool:
    return ADMIN in user.roles.split() and user.activated_at is not None and user.disabled_at is None


def require_admin(session: Session, caller: Caller) -> User:
    """Return the caller, who is an admin as of now; for use cases that only read.

    Raises:
        TokenRevoked: the caller's session has ended in the meantime.
        Forbidden: the caller is no admin, or no longer.
    """
    user = require_session(session, caller)
    if not is_active_admin(user):
        raise Forbidden(f"This needs the role {ADMIN}.")
    return user


def require_session(session: Session, caller: Caller) -> User:
    """Return the caller, whose session is live; raises TokenRevoked."""
    return find_session(session, caller).user


def find_session(session: Session, caller: Caller) -> LoginSession:
    """Return the caller's session, which is live; raises TokenRevoked."""
    return _live(repository.sessions.find(session, caller.session_id or ""), caller)


def hold_session(session: Session, caller: Caller) -> LoginSession:
    """As `find_session`, as it is now, and it stays so until the commit; held after users and before the feed.

    A plain look would not do once users are held: at REPEATABLE READ it may show what was before that wait.
    """
    return _live(repository.sessions.hold(session, caller.session_id or ""), caller)


def hold_admins(session: Session, *user_ids: int) -> Mapping[int, User]:
    """Return all admins and these users as they are now, by their ids; nobody else changes them before the commit.

    Whoever would leave the platform without an admin must hold them all, always in one order: of two admins who
    demote each other at once, the second to come finds what the first has done.
    """
    ids = {*repository.users.with_role(session, ADMIN), *user_ids}
    return {user.id: user for user in repository.users.hold_all(session, ids)}


def require_held_admin(session: Session, caller: Caller, held: Mapping[int, User]) -> None:
    """Return when the caller is one of the admins held, and stays it until the commit.

    Raises:
        TokenRevoked, Forbidden: as `require_admin`.
    """
    user = held.get(hold_session(session, caller).user_id)
    if user is None or not is_active_admin(user):
        raise Forbidden(f"This needs the role {ADMIN}.")


def require_another(held: Mapping[int, User], user: User) -> None:
    """Return when the platform keeps an admin without this user; raises LastAdmin."""
    if is_active_admin(user) and not any(is_active_admin(each) for each in held.values() if each is not user):
        raise LastAdmin


def _live(login: LoginSession | None, caller: Caller) -> LoginSession:
    if login is None or login.revoked_at is not None or login.expires_at <= datetime.now(UTC):
        raise TokenRevoked
    if login.user.subject != caller.subject or login.user.disabled_at:
        raise TokenRevoked
    return login
