"""Login, refresh, logout."""

from http import HTTPStatus

from flask import request

from auth.errors import AccountDisabled, Busy, EmailNotConfirmed, InvalidCredentials, RefreshTokenInvalid
from auth.routes.answers import LOGIN_EXAMPLE, NO_STORE, TOKENS_EXAMPLE, token_members
from auth.routes.current import auth, caller
from auth.schemas.accounts import UserOut
from auth.schemas.sessions import LoggedIn, Login, Refresh, Tokens
from auth.use_cases import sessions
from quartet.guard import principal, public
from quartet.openapi import Blueprint, problems_of

blueprint = Blueprint("sessions", __name__, tag="Sessions")

Headers = dict[str, str]


@blueprint.post("/api/auth/login")
@public
@problems_of(InvalidCredentials, EmailNotConfirmed, AccountDisabled, Busy)
@blueprint.input(Login, arg_name="body", example={"username": "ada", "password": "correct horse battery"})
@blueprint.output(LoggedIn, example=LOGIN_EXAMPLE)
def log_in(body: Login) -> tuple[LoggedIn, HTTPStatus, Headers]:
    """Log in with user name or e-mail."""
    grant = sessions.log_in(auth(), caller(), body.username, body.email, body.password.get_secret_value())
    return LoggedIn(**token_members(auth(), grant), user=UserOut.of(grant.user)), HTTPStatus.OK, NO_STORE


@blueprint.post("/api/auth/refresh")
@public
@problems_of(RefreshTokenInvalid)
@blueprint.input(Refresh, arg_name="body", example={"refresh_token": TOKENS_EXAMPLE["refresh_token"]})
@blueprint.output(Tokens, example=TOKENS_EXAMPLE)
def refresh(body: Refresh) -> tuple[Tokens, HTTPStatus, Headers]:
    """Get new tokens for a refresh token, sent as Bearer or in the body.

    Calls at the same time, and a retry within half a minute, all get the same new refresh token. A token that was
    replaced before that ends its session.
    """
    token = body.refresh_token or _bearer()
    if token is None:
        raise RefreshTokenInvalid
    return Tokens(**token_members(auth(), sessions.refresh(auth(), caller(), token))), HTTPStatus.OK, NO_STORE


@blueprint.post("/api/auth/logout")
@blueprint.doc(responses={204: "The session has ended; its tokens are dead within a second."})
def log_out() -> tuple[str, HTTPStatus]:
    """Log out of this session."""
    sessions.log_out(auth(), caller(), principal().session_id)
    return "", HTTPStatus.NO_CONTENT


@blueprint.post("/api/auth/logout-all")
@blueprint.doc(responses={204: "All sessions of the caller have ended."})
def log_out_everywhere() -> tuple[str, HTTPStatus]:
    """Log out everywhere."""
    sessions.log_out_everywhere(auth(), caller(), principal().subject)
    return "", HTTPStatus.NO_CONTENT


def _bearer() -> str | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and len(token) <= 512 and token.strip() else None
