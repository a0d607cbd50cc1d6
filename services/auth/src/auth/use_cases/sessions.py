"""Sessions: log in, refresh, log out."""

import logging
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from auth import repository
from auth.errors import AccountDisabled, EmailNotConfirmed, InvalidCredentials, RefreshTokenInvalid
from auth.models import Session as LoginSession
from auth.models import User
from auth.resources import Resources
from auth.seals import BrokenSeal
from auth.settings import LONGEST_ACCESS_TOKEN_TTL
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


def log_in(auth: Resources, username: str | None, email: str | None, password: str) -> Grant:
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
    return begin(auth, user, auth.passwords.hash(password) if auth.passwords.is_outdated(user.password_hash) else None)


@retried
def begin(auth: Resources, user: User, new_hash: str | None = None) -> Grant:
    """Begin a session of `user`; `new_hash` replaces the password's hash where its parameters were outdated.

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
            created_at=now,
            rotated_at=now,
            expires_at=now + timedelta(seconds=auth.settings.refresh_token_ttl),
        )
        repository.sessions.add(session, login)
        session.commit()
    return _grant(auth, current, login.id, 1)


def refresh(auth: Resources, token: str) -> Grant:
    """Continue a session: convergent rotation (DESIGN.md, section 4).

    However many callers present one token at once, one of them advances the session and all of them get the same
    successor; so does a retry within the reuse window. A replay after that ends the session.

    Raises:
        RefreshTokenInvalid: the token is not ours, or its session has ended, or ends because of this replay.
    """
    session_id, generation = _read_token(auth, token)
    for _ in range(ROTATION_TRIES):
        try:
            return _continue(auth, session_id, generation)
        except _Overtaken:
            continue  # look again in a new transaction: at REPEATABLE READ the old one would still see the old row
    raise RefreshTokenInvalid


@retried
def log_out(auth: Resources, session_id: str) -> None:
    """End one session; its tokens die at the gateway within a second."""
    with auth.database.writing() as session:
        _revoke(session, session_id)
        session.commit()


@retried
def log_out_everywhere(auth: Resources, subject: str) -> None:
    """End all sessions of a user."""
    with auth.database.writing() as session:
        user = repository.users.hold(session, subject)
        if user is None:
            return
        user.version += 1
        repository.sessions.revoke_all(session, user.id, datetime.now(UTC))
        repository.feed.append(session, "user.revoked", subject, str(user.version), TOKEN_AFTERLIFE)
        session.commit()


def is_live(auth: Resources, session_id: str, subject: str, version: int) -> bool:
    """Tell whether an access token that is otherwise good still counts."""
    with auth.database.reading() as session:
        return repository.sessions.is_live(session, session_id, subject, version, datetime.now(UTC))


def _continue(auth: Resources, session_id: str, generation: int) -> Grant:
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
        log_out(auth, session_id)
    raise RefreshTokenInvalid


@retried
def _advance(auth: Resources, session_id: str, generation: int, now: datetime) -> None:
    expires_at = now + timedelta(seconds=auth.settings.refresh_token_ttl)
    with auth.database.writing() as session:
        if not repository.sessions.advance(session, session_id, generation, now, expires_at):
            raise _Overtaken
        session.commit()


def _revoke(session: Session, session_id: str) -> None:
    if repository.sessions.revoke(session, session_id, datetime.now(UTC)):
        repository.feed.append(session, "session.revoked", session_id, ttl=TOKEN_AFTERLIFE)


def _grant(auth: Resources, user: User, session_id: str, generation: int) -> Grant:
    return Grant(user, session_id, auth.seals.stamp(REFRESH, session_id, str(generation)))


def _read_token(auth: Resources, token: str) -> tuple[str, int]:
    try:
        session_id, generation = auth.seals.read_stamp(REFRESH, token)
    except BrokenSeal:
        raise RefreshTokenInvalid from None
    return session_id, int(generation)
