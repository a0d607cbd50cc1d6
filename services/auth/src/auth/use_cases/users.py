"""Users, as admins look after them. Whether the caller is an admin is asked anew by each use case."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from auth import repository
from auth.callers import Caller
from auth.errors import UserNotFound
from auth.models import User
from auth.resources import Resources
from auth.searches import NewestUsers, UserPlace, UsersByName, UserSearch
from auth.use_cases import accounts, audit, authority, sessions
from auth.use_cases.identities import key_of
from auth.use_cases.reauthentication import Reauthentication
from quartet.paging import Page
from quartet.retries import retried


@dataclass(frozen=True)
class Seen:
    """A user, and when they last got a token."""

    user: User
    last_seen_at: datetime | None


Users = Page[Seen, UserPlace]


def find(auth: Resources, caller: Caller, user_id: int) -> Seen:
    """Return an account: the caller's own, or, for an admin, anybody's.

    Raises:
        UserNotFound, Forbidden, TokenRevoked.
    """
    with auth.database.reading() as session:
        if authority.require_session(session, caller).id != user_id:
            authority.require_admin(session, caller)
        user = repository.users.find(session, user_id)
        if user is None:
            raise UserNotFound
        return _seen(session, [user])[0]


def search(auth: Resources, caller: Caller, wanted: UserSearch, limit: int, after: UserPlace | None) -> Users:
    """Return a page of the accounts that an admin looks for; raises Forbidden, TokenRevoked."""
    wanted = replace(wanted, q=key_of(wanted.q)) if wanted.q else wanted
    with auth.database.reading() as session:
        authority.require_admin(session, caller)
        found = _seen(session, repository.users.search(session, wanted, limit + 1, after))
    return Users.of(found, limit, lambda seen: _place(wanted, seen.user))


@retried
def change(
    auth: Resources, caller: Caller, user_id: int, *, disabled: bool | None = None, roles: Collection[str] | None = None
) -> Seen:
    """Disable or enable an account, give it other roles; but for enabling, that ends all its sessions.

    Raises:
        UserNotFound, LastAdmin, Forbidden, TokenRevoked.
    """
    with auth.database.writing() as session:
        held, user = _held(session, caller, user_id)
        if disabled or (roles is not None and authority.ADMIN not in roles):
            authority.require_another(held, user)
        ends = False
        if roles is not None and set(roles) != set(user.roles.split()):
            audit.note(session, caller, "roles.changed", target=user.subject, before=user.roles.split(), after=[*roles])
            user.roles = " ".join(roles)
            ends = True
        if disabled is not None and disabled != (user.disabled_at is not None):
            audit.note(session, caller, "account.disabled" if disabled else "account.enabled", target=user.subject)
            user.disabled_at = datetime.now(UTC) if disabled else None
            ends = ends or disabled
        seen = _seen(session, [user])[0]
        if ends:
            sessions.end_all(session, caller, user)
        session.commit()
    return seen


@retried
def revoke(auth: Resources, caller: Caller, user_id: int) -> None:
    """End all sessions of a user; raises UserNotFound, Forbidden, TokenRevoked."""
    with auth.database.writing() as session:
        _, user = _held(session, caller, user_id)
        sessions.end_all(session, caller, user)
        session.commit()


@retried
def delete(auth: Resources, caller: Caller, user_id: int) -> None:
    """Delete an account as an admin, also one's own; raises UserNotFound, LastAdmin, Forbidden, TokenRevoked."""
    with auth.database.writing() as session:
        held, user = _held(session, caller, user_id)
        authority.require_another(held, user)
        accounts.remove(session, caller, user)
        session.commit()


def remove(auth: Resources, caller: Caller, user_id: int, reauthenticate: Reauthentication) -> None:
    """Delete the caller's own account, or, as an admin, anybody's.

    Raises:
        UserNotFound, Forbidden, TokenRevoked: see `find`.
        WrongPassword, TooManyRequests, Busy, LoginTooOld: see `reauthentication`.
        LastAdmin: nobody would be left to look after the platform.
    """
    present = accounts.find_by_subject(auth, caller.subject or "")
    if user_id == present.id:
        accounts.delete_own(auth, caller, reauthenticate)
    else:
        find(auth, caller, user_id)
        reauthenticate(auth, caller, present)
        delete(auth, caller, user_id)


def _held(session: Session, caller: Caller, user_id: int) -> tuple[Mapping[int, User], User]:
    """Return all admins and the account, held for the caller, who is one of them."""
    held = authority.hold_admins(session, user_id)
    authority.require_held_admin(session, caller, held)
    user = held.get(user_id)
    if user is None or user.activated_at is None:
        raise UserNotFound
    return held, user


def _seen(session: Session, users: Sequence[User]) -> list[Seen]:
    last_used = repository.sessions.last_used(session, [user.id for user in users])
    return [Seen(user, last_used.get(user.id)) for user in users]


def _place(wanted: UserSearch, user: User) -> UserPlace:
    return NewestUsers(id=user.id) if wanted.sort == "-id" else UsersByName(key=user.username_key)
