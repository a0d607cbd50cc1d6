"""Sessions: log in, refresh, log out."""

import logging
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from auth import repository
from auth.callers import Caller
from auth.errors import AccountDisabled, EmailNotConfirmed, InvalidCredentials, RefreshTokenInvalid
from auth.models import Session as LoginSession
from auth.models import User
from auth.resources import Resources
from auth.seals import BrokenSeal
from auth.settings import LONGEST_ACCESS_TOKEN_TTL
from auth.use_cases import audit
from auth.use_cases.identities import key_of
from quartet.retries import retried
from quartet.tokens import LEEWAY

log = logging.getLogger(__name__)

REFRESH = "qr1"
ROTATION_TRIES = 3
TOKEN_AFTERLIFE = LONGEST_ACCESS_TOKEN_TTL + LEEWAY
"""Seconds after which every token issued until now has expired: as long must a revocation be told."""


@dataclass(frozen=True)
class Grant:
    """A session that was begun or continued, and the refresh token that continues it."""

    user: User
    session_id: str
    refresh_token: str


class _Overtaken(Exception):
    """Another refresh advanced the session between our look and our write."""


def log_in(auth: Resources, caller: Caller, username: str | None, email: str | None, password: str) -> Grant:
    """Begin a session.

    Raises:
        InvalidCredentials: for an unknown user as for a wrong password, after the same work.
        EmailNotConfirmed, AccountDisabled: only after the right password.
        Busy: no slot to check the password in.
    """
    with auth.database.reading() as session:
        if username is not None:
            user = repository.users.by_username(session, key_of(username))
        else:
            user = repository.users.by_email(session, key_of(email or ""))
    if not auth.passwords.matches(password, user.password_hash if user else None) or user is None:
        raise InvalidCredentials
    if user.activated_at is None:
        raise EmailNotConfirmed
    if user.disabled_at is not None:
        raise AccountDisabled
    outdated = auth.passwords.is_outdated(user.password_hash)
    return begin(auth, caller, user, auth.passwords.hash(password) if outdated else None)


@retried
def begin(auth: Resources, caller: Caller, user: User, new_hash: str | None = None) -> Grant:
    """Begin a session of `user` where the caller is; `new_hash` replaces a password hash of outdated parameters.

    Raises:
        InvalidCredentials: the account was deleted, or its password changed, in this very moment.
    """
    now = datetime.now(UTC)
    with auth.database.writing() as session:
        current = repository.users.hold(session, user.subject)
        if current is None or current.password_hash != user.password_hash:
            raise InvalidCredentials
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
            expires_at=now + timedelta(seconds=auth.settings.refresh_token_ttl),
        )
        repository.sessions.add(session, login)
        audit.note(session, caller, "session.begun", target=current.subject, session_id=login.id)
        session.commit()
    return _grant(auth, current, login.id, 1)


def refresh(auth: Resources, caller: Caller, token: str) -> Grant:
    """Continue a session: convergent rotation (DESIGN.md, section 4).

    However many callers present one token at once, one of them advances the session and all of them get the same
    successor; so does a retry within the reuse window. A replay after that ends the session.

    Raises:
        RefreshTokenInvalid: the token is not ours, or its session has ended, or ends because of this replay.
    """
    session_id, generation = _read_token(auth, token)
    for _ in range(ROTATION_TRIES):
        try:
            return _continue(auth, caller, session_id, generation)
        except _Overtaken:
            continue  # look again in a new transaction: at REPEATABLE READ the old one would still see the old row
    raise RefreshTokenInvalid


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
    for each in ended:
        repository.feed.append(session, "session.revoked", each, ttl=TOKEN_AFTERLIFE)
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


def is_live(auth: Resources, session_id: str, subject: str, version: int) -> bool:
    """Tell whether an access token that is otherwise good still counts."""
    with auth.database.reading() as session:
        return repository.sessions.is_live(session, session_id, subject, version, datetime.now(UTC))


def _continue(auth: Resources, caller: Caller, session_id: str, generation: int) -> Grant:
    now = datetime.now(UTC)
    with auth.database.reading() as session:
        login = repository.sessions.find(session, session_id)
    if login is None or login.revoked_at or login.expires_at <= now or login.user.disabled_at:
        raise RefreshTokenInvalid
    if generation == login.generation:
        _advance(auth, session_id, generation, now)
        return _grant(auth, login.user, session_id, generation + 1)
    just_replaced = generation == login.generation - 1
    if just_replaced and now <= login.rotated_at + timedelta(seconds=auth.settings.refresh_reuse_window):
        return _grant(auth, login.user, session_id, login.generation)
    if generation < login.generation:
        log.warning("a replayed refresh token ends its session", extra={"session_id": session_id})
        _end_replayed(auth, caller, login)
    raise RefreshTokenInvalid


@retried
def _advance(auth: Resources, session_id: str, generation: int, now: datetime) -> None:
    expires_at = now + timedelta(seconds=auth.settings.refresh_token_ttl)
    with auth.database.writing() as session:
        if not repository.sessions.advance(session, session_id, generation, now, expires_at):
            raise _Overtaken
        session.commit()


@retried
def _end_replayed(auth: Resources, caller: Caller, login: LoginSession) -> None:
    with auth.database.writing() as session:
        end(session, caller, login.user.subject, login.id, reason="replay")
        session.commit()


def _grant(auth: Resources, user: User, session_id: str, generation: int) -> Grant:
    return Grant(user, session_id, auth.seals.stamp(REFRESH, session_id, str(generation)))


def _read_token(auth: Resources, token: str) -> tuple[str, int]:
    try:
        session_id, generation = auth.seals.read_stamp(REFRESH, token)
    except BrokenSeal:
        raise RefreshTokenInvalid from None
    return session_id, int(generation)
