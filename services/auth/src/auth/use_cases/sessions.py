"""Sessions: begun, listed, ended."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Generic, TypeVar

from sqlalchemy.orm import Session

from auth import repository
from auth.callers import Caller
from auth.errors import AccountDisabled, InvalidCredentials, SessionNotFound
from auth.models import Session as LoginSession
from auth.models import User
from auth.repository.sessions import Login
from auth.resources import Resources
from auth.settings import LONGEST_ACCESS_TOKEN_TTL
from auth.use_cases import audit, authority
from quartet.retries import retried
from quartet.tokens import LEEWAY, TokenRevoked

TOKEN_AFTERLIFE = LONGEST_ACCESS_TOKEN_TTL + LEEWAY
"""Seconds after which every token issued until now has expired: as long must a revocation be told."""


Who = TypeVar("Who", bound=User | Login, covariant=True)


@dataclass(frozen=True)
class Grant(Generic[Who]):
    """A session that was begun or continued, and which generation of its refresh token continues it."""

    user: Who
    session_id: str
    generation: int
    expires_at: datetime


@retried
def begin(auth: Resources, caller: Caller, user: User) -> Grant[User]:
    """As `add`, in a transaction of its own."""
    with auth.database.writing() as session:
        grant = add(auth, session, caller, user)
        session.commit()
    return grant


def add(auth: Resources, session: Session, caller: Caller, user: User, new_hash: str | None = None) -> Grant[User]:
    """Begin a session of `user` where the caller is, as the last thing before the commit.

    Where the user has MAX_SESSIONS already, those used longest ago end.

    Args:
        new_hash: takes the place of a password hash of outdated parameters.

    Raises:
        InvalidCredentials: the account was deleted, or its password changed, in this very moment.
        AccountDisabled: it was disabled in this very moment.
    """
    now = datetime.now(UTC)
    current = repository.users.hold(session, user.subject)
    if current is None or current.password_hash != user.password_hash:
        raise InvalidCredentials
    if current.disabled_at is not None:
        raise AccountDisabled
    if new_hash:
        current.password_hash = new_hash
    login = LoginSession(
        id=str(uuid.uuid4()),
        user_id=current.id,
        generation=1,
        device=caller.device or None,
        address=caller.address or None,
        created_at=now,
        rotated_at=now,
        expires_at=expiry(auth, now, now),
    )
    surplus = repository.sessions.surplus_of(session, current.id, auth.settings.max_sessions - 1, now)
    repository.sessions.add(session, login)
    audit.note(session, caller, "session.begun", target=current.subject, session_id=login.id)
    end(session, caller, current.subject, *surplus, reason="too many sessions")
    return Grant(current, login.id, 1, login.expires_at)


def expiry(auth: Resources, created_at: datetime, used_at: datetime) -> datetime:
    """Return until when a session lives that was begun and used then: it ends without use, and of age."""
    idle = used_at + timedelta(seconds=auth.settings.refresh_token_ttl)
    return min(idle, created_at + timedelta(seconds=auth.settings.session_ttl))


def listed(auth: Resources, subject: str) -> Sequence[LoginSession]:
    """Return the live sessions of a user, the one used last first."""
    with auth.database.reading() as session:
        user = repository.users.by_subject(session, subject)
        return repository.sessions.live_of(session, user.id, datetime.now(UTC)) if user else ()


@retried
def revoke(auth: Resources, caller: Caller, session_id: str) -> None:
    """End one of the caller's sessions.

    Raises:
        SessionNotFound: it is another's, or not live.
        TokenRevoked: the caller's own session was ended first, as by the other session at the same moment.
    """
    with auth.database.writing() as session:
        user = _hold_caller(session, caller)
        live = repository.sessions.live_of(session, user.id, datetime.now(UTC))
        if session_id not in {each.id for each in live}:
            raise SessionNotFound
        end(session, caller, user.subject, session_id)
        session.commit()


@retried
def log_out_elsewhere(auth: Resources, caller: Caller) -> None:
    """End all sessions of the caller but the present one; raises TokenRevoked, as `revoke`."""
    with auth.database.writing() as session:
        end_others(session, caller, _hold_caller(session, caller), caller.session_id)
        session.commit()


@retried
def log_out(auth: Resources, caller: Caller, session_id: str) -> None:
    """End one session; its tokens die at the gateway within a second."""
    with auth.database.writing() as session:
        login = repository.sessions.find(session, session_id)
        if login is not None:
            end(session, caller, login.user.subject, session_id)
            session.commit()


@retried
def log_out_everywhere(auth: Resources, caller: Caller, subject: str) -> None:
    """End all sessions of a user."""
    with auth.database.writing() as session:
        user = repository.users.hold(session, subject)
        if user is not None:
            end_all(session, caller, user)
            session.commit()


def end(session: Session, caller: Caller, subject: str, *session_ids: str, **details: object) -> list[str]:
    """End these sessions of one user, as the last thing before the commit; return those that were live until now."""
    ended = repository.sessions.revoke(session, session_ids, datetime.now(UTC))
    for each in ended:
        audit.note(session, caller, "session.revoked", target=subject, session_id=each, **details)
    if ended:
        repository.feed.append_all(session, "session.revoked", [(each, None) for each in ended], TOKEN_AFTERLIFE)
    return ended


def end_all(session: Session, caller: Caller, user: User) -> None:
    """End all sessions of a user who is held, as the last thing before the commit: every token until now is dead."""
    user.version += 1
    repository.sessions.revoke_all(session, user.id, datetime.now(UTC))
    audit.note(session, caller, "user.revoked", target=user.subject)
    repository.feed.append(session, "user.revoked", user.subject, str(user.version), TOKEN_AFTERLIFE)


def end_others(session: Session, caller: Caller, user: User, kept: str | None) -> list[str]:
    """End all sessions of a user who is held but one, as the last thing before the commit; return those."""
    live = repository.sessions.live_of(session, user.id, datetime.now(UTC))
    return end(session, caller, user.subject, *(each.id for each in live if each.id != kept))


def _hold_caller(session: Session, caller: Caller) -> User:
    """Return the caller, whose session is live; nobody begins or ends sessions of theirs in this way meanwhile."""
    user = repository.users.hold(session, caller.subject or "")
    authority.require_session(session, caller)
    if user is None:
        raise TokenRevoked
    return user


def is_live(auth: Resources, session_id: str, subject: str, version: int) -> bool:
    """Tell whether an access token that is otherwise good still counts."""
    with auth.database.reading() as session:
        return repository.sessions.is_live(session, session_id, subject, version, datetime.now(UTC))
