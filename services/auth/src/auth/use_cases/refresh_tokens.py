"""Refresh tokens: made, carried by their holder in one of two ways, and exchanged for their successor."""

import logging
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from prometheus_client import Counter

from auth import repository
from auth.callers import Caller
from auth.errors import RefreshTokenInvalid
from auth.repository.sessions import Login
from auth.resources import Resources
from auth.seals import BrokenSeal
from auth.use_cases import sessions
from auth.use_cases.sessions import Grant, Who
from quartet.outcomes import FAILED, OK, Ending, begin_at_zero, counted
from quartet.retries import retried

log = logging.getLogger(__name__)

ROTATION_TRIES = 3

REFRESHES = Counter("auth_refreshes", "Refresh tokens that were presented.", ["outcome"])
REPEATED, REUSE_DETECTED = "repeated", "reuse_detected"
begin_at_zero(REFRESHES, (OK, REPEATED, REUSE_DETECTED, RefreshTokenInvalid, FAILED))


class Carrier(StrEnum):
    """How a token travels; the value is the purpose of its stamp, so that no token can travel the other way."""

    BODY = "qr1"
    COOKIE = "qrc1"
    FIXED = "ql1"  # of a session whose client would not read a new one


class _Overtaken(Exception):
    """Another refresh advanced the session between our look and our write."""


class _Replayed(Exception):
    """The token was replaced too long ago: somebody else has one, too."""


def token_of(auth: Resources, grant: Grant[Who], carrier: Carrier) -> str:
    """Return the refresh token that continues the session of a grant."""
    return auth.seals.stamp(carrier, grant.session_id, str(grant.generation))


def refresh(auth: Resources, caller: Caller, token: str, carrier: Carrier) -> Grant[Login]:
    """Continue a session: convergent rotation (DESIGN.md, section 4).

    However many callers present one token at once, one of them advances the session and all of them get the same
    successor; so does a retry within the reuse window. A replay after that ends the session.

    Raises:
        RefreshTokenInvalid: the token is not ours, or its session has ended, or ends because of this replay.
    """
    with counted(REFRESHES) as ending:
        return _refreshed(auth, caller, token, carrier, ending)


def _refreshed(auth: Resources, caller: Caller, token: str, carrier: Carrier, ending: Ending) -> Grant[Login]:
    try:
        session_id, generation = auth.seals.read_stamp(carrier, token)
    except BrokenSeal:
        raise RefreshTokenInvalid from None
    for _ in range(ROTATION_TRIES):
        try:
            return _continue(auth, caller, session_id, int(generation), ending)
        except _Overtaken:
            continue  # look again in a new transaction: at REPEATABLE READ the old one would still see the old row
        except _Replayed:
            log.warning("a replayed refresh token ends its session", extra={"session_id": session_id})
            _end_replayed(auth, caller, session_id)
            ending.outcome = REUSE_DETECTED
            break
    raise RefreshTokenInvalid


@counted(REFRESHES)
def refresh_fixed(auth: Resources, caller: Caller, token: str) -> Grant[Login]:
    """Continue a session whose refresh token stays the same; it ends REFRESH_TOKEN_TTL after its login, used or not.

    Raises:
        RefreshTokenInvalid: the token is not ours, or its session has ended.
    """
    try:
        session_id, _ = auth.seals.read_stamp(Carrier.FIXED, token)
    except BrokenSeal:
        raise RefreshTokenInvalid from None
    return _continue_fixed(auth, caller, session_id)


@retried
def _continue_fixed(auth: Resources, caller: Caller, session_id: str) -> Grant[Login]:
    now = datetime.now(UTC)
    with auth.database.writing() as session:
        login = repository.sessions.look(session, session_id)
        if (
            login is None
            or login.disabled_at
            or not repository.sessions.touch(session, session_id, now, caller.address)
        ):
            raise RefreshTokenInvalid
        session.commit()
    return Grant(login, session_id, login.generation, login.expires_at)


@retried
def _continue(auth: Resources, caller: Caller, session_id: str, generation: int, ending: Ending) -> Grant[Login]:
    now = datetime.now(UTC)
    with auth.database.writing() as session:
        login = repository.sessions.look(session, session_id)
        if login is None or login.revoked_at or login.expires_at <= now or login.disabled_at:
            raise RefreshTokenInvalid
        if generation == login.generation:
            expires_at = sessions.expiry(auth, login.created_at, now)
            if not repository.sessions.advance(session, session_id, generation, now, expires_at, caller.address):
                raise _Overtaken
            session.commit()
            return Grant(login, session_id, generation + 1, expires_at)
    just_replaced = generation == login.generation - 1
    if just_replaced and now <= login.rotated_at + timedelta(seconds=auth.settings.refresh_reuse_window):
        ending.outcome = REPEATED
        return Grant(login, session_id, login.generation, login.expires_at)
    raise _Replayed if generation < login.generation else RefreshTokenInvalid


@retried
def _end_replayed(auth: Resources, caller: Caller, session_id: str) -> None:
    with auth.database.writing() as session:
        login = repository.sessions.find(session, session_id)
        if login is not None:
            sessions.end(session, caller, login.user.subject, session_id, reason="replay")
            session.commit()
