"""Login, the caller's sessions, logout."""

from http import HTTPStatus
from typing import ClassVar

from flask.blueprints import BlueprintSetupState
from werkzeug.routing import BaseConverter

from auth.errors import (
    AccountDisabled,
    Busy,
    EmailNotConfirmed,
    InvalidCredentials,
    OriginNotAllowed,
    SessionNotFound,
)
from auth.routes import cookies
from auth.routes.answers import LOGIN_EXAMPLE, granted
from auth.routes.cookies import Headers
from auth.routes.current import auth, caller
from auth.schemas.accounts import UserOut
from auth.schemas.sessions import LoggedIn, Login, SessionOut, Sessions
from auth.use_cases import logins, sessions
from auth.use_cases.refresh_tokens import Carrier
from quartet.errors import TooManyRequests
from quartet.guard import principal, public
from quartet.openapi import Blueprint, problems_of

blueprint = Blueprint("sessions", __name__, tag="Sessions")

SESSION_EXAMPLE = {
    "id": "0b5e7a52-4c0f-4f35-9d7c-6a1d3d5f8f10",
    "device": "Ada's laptop",
    "ip": "203.0.113.9",
    "created_at": "2026-11-02T08:30:00Z",
    "last_used_at": "2026-11-20T17:05:12.250000Z",
    "expires_at": "2026-12-20T17:05:12.250000Z",
    "current": True,
}


class SessionId(BaseConverter):
    """One segment of a path; whether it names a session, the use cases say."""

    schema: ClassVar = {"type": "string", "format": "uuid"}


@blueprint.record_once
def _know_session_ids(state: BlueprintSetupState) -> None:
    state.app.url_map.converters["session"] = SessionId


@blueprint.post("/api/auth/login")
@public
@problems_of(InvalidCredentials, EmailNotConfirmed, AccountDisabled, TooManyRequests, Busy, OriginNotAllowed)
@blueprint.input(Login, arg_name="body", example={"username": "ada", "password": "correct horse battery"})
@blueprint.output(LoggedIn, example=LOGIN_EXAMPLE)
def log_in(body: Login) -> tuple[LoggedIn, HTTPStatus, Headers]:
    """Log in with user name or e-mail.

    With the mode `cookie` the refresh token is put into a cookie that no script can read, and not into the answer; it
    is for pages of the origins that are allowed.
    """
    carrier = Carrier[body.mode.upper()]
    if carrier is Carrier.COOKIE:
        cookies.require_origin(auth())
    password = body.password.get_secret_value()
    grant = logins.log_in(auth(), caller(body.device), body.username, body.email, password)
    members, headers = granted(auth(), grant, carrier)
    return LoggedIn(**members, user=UserOut.of(grant.user)), HTTPStatus.OK, headers


@blueprint.get("/api/auth/sessions")
@blueprint.output(Sessions, example={"items": [SESSION_EXAMPLE]})
def list_sessions() -> Sessions:
    """List the caller's sessions, the one used last first."""
    found = sessions.listed(auth(), principal().subject)
    return Sessions(items=[SessionOut.of(each, principal().session_id) for each in found])


@blueprint.delete("/api/auth/sessions/<session:session_id>")
@problems_of(SessionNotFound)
@blueprint.doc(responses={204: "The session has ended; its tokens are dead within a second."})
def end_session(session_id: str) -> tuple[str, HTTPStatus, Headers]:
    """End one of the caller's sessions."""
    sessions.revoke(auth(), caller(), session_id)
    return _gone(session_id == principal().session_id)


@blueprint.post("/api/auth/logout")
@blueprint.doc(responses={204: "The session has ended; its tokens are dead within a second."})
def log_out() -> tuple[str, HTTPStatus, Headers]:
    """Log out of this session."""
    sessions.log_out(auth(), caller(), principal().session_id)
    return _gone()


@blueprint.post("/api/auth/logout-others")
@blueprint.doc(responses={204: "All sessions of the caller but this one have ended."})
def log_out_elsewhere() -> tuple[str, HTTPStatus, Headers]:
    """Log out everywhere else."""
    sessions.log_out_elsewhere(auth(), caller())
    return _gone(itself=False)


@blueprint.post("/api/auth/logout-all")
@blueprint.doc(responses={204: "All sessions of the caller have ended."})
def log_out_everywhere() -> tuple[str, HTTPStatus, Headers]:
    """Log out everywhere."""
    sessions.log_out_everywhere(auth(), caller(), principal().subject)
    return _gone()


def _gone(itself: bool = True) -> tuple[str, HTTPStatus, Headers]:
    """Return the empty answer; where the present session itself is gone, its cookie goes too."""
    return "", HTTPStatus.NO_CONTENT, cookies.clearing(auth()) if itself else {}
