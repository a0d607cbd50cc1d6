"""Refresh tokens: made, carried by their holder in one of two ways, and exchanged for their successor."""

import logging
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from auth import repository
from auth.callers import Caller
from auth.errors import RefreshTokenInvalid
from auth.models import Session as LoginSession
from auth.resources import Resources
from auth.seals import BrokenSeal
from auth.use_cases import sessions
from auth.use_cases.sessions import Grant
from quartet.retries import retried

log = logging.getLogger(__name__)

ROTATION_TRIES = 3


class Carrier(StrEnum):
    """How a token travels; the value is the purpose of its stamp, so that no token can travel the other way."""

    BODY = "qr1"
    COOKIE = "qrc1"


class _Overtaken(Exception):
    """Another refresh advanced the session between our look and our write."""


def token_of(auth: Resources, grant: Grant, carrier: Carrier) -> str:
    """Return the refresh token that continues the session of a grant."""
    return auth.seals.stamp(carrier, grant.session_id, str(grant.generation))


def refresh(auth: Resources, caller: Caller, token: str, carrier: Carrier) -> Grant:
    """Continue a session: convergent rotation (DESIGN.md, section 4).

    However many callers present one token at once, one of them advances the session and all of them get the same
    successor; so does a retry within the reuse window. A replay after that ends the session.

    Raises:
        RefreshTokenInvalid: the token is not ours, or its session has ended, or ends because of this replay.
    """
    try:
        session_id, generation = auth.seals.read_stamp(carrier, token)
    except BrokenSeal:
        raise RefreshTokenInvalid from None
    for _ in range(ROTATION_TRIES):
        try:
            return _continue(auth, caller, session_id, int(generation))
        except _Overtaken:
            continue  # look again in a new transaction: at REPEATABLE READ the old one would still see the old row
    raise RefreshTokenInvalid


def _continue(auth: Resources, caller: Caller, session_id: str, generation: int) -> Grant:
    now = datetime.now(UTC)
    with auth.database.reading() as session:
        login = repository.sessions.find(session, session_id)
    if login is None or login.revoked_at or login.expires_at <= now or login.user.disabled_at:
        raise RefreshTokenInvalid
    if generation == login.generation:
        return _advanced(auth, caller, login, now)
    just_replaced = generation == login.generation - 1
    if just_replaced and now <= login.rotated_at + timedelta(seconds=auth.settings.refresh_reuse_window):
        return Grant(login.user, session_id, login.generation, login.expires_at)
    if generation < login.generation:
        log.warning("a replayed refresh token ends its session", extra={"session_id": session_id})
        _end_replayed(auth, caller, login)
    raise RefreshTokenInvalid


@retried
def _advanced(auth: Resources, caller: Caller, login: LoginSession, now: datetime) -> Grant:
    expires_at = sessions.expiry(auth, login.created_at, now)
    with auth.database.writing() as session:
        if not repository.sessions.advance(session, login.id, login.generation, now, expires_at, caller.address):
            raise _Overtaken
        session.commit()
    return Grant(login.user, login.id, login.generation + 1, expires_at)


@retried
def _end_replayed(auth: Resources, caller: Caller, login: LoginSession) -> None:
    with auth.database.writing() as session:
        sessions.end(session, caller, login.user.subject, login.id, reason="replay")
        session.commit()
