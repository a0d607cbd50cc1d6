"""web3m, a service for registrations."""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http import HTTPStatus
from typing import ParamSpec, TypeVar

from apiflask.exceptions import _ValidationError
from flask import Response
from werkzeug.exceptions import BadRequest

from auth import addresses
from auth.errors import (
    AccountDisabled,
    Busy,
    ConfirmationExpired,
    ConfirmationNotFound,
    EmailNotConfirmed,
    EmailTaken,
    InvalidCredentials,
    LastAdmin,
    LoginTooOld,
    RefreshTokenInvalid,
    UsernameTaken,
    UserNotFound,
    WrongPassword,
)
from auth.legacy import answers
from auth.legacy.answers import REFRESH_TOKEN_EXAMPLE, TOKEN_EXAMPLE
from auth.routes.cookies import Headers
from auth.routes.current import auth, caller
from auth.routes.sign_ups import CONFIRMED, PAGE, RESENT
from auth.schemas.legacy.everywhere import AccessToken, FixedRefreshToken, Message
from auth.schemas.legacy.web3m import (
    Web3mChanges,
    Web3mCredentials,
    Web3mRegistration,
    Web3mResending,
    Web3mSignedIn,
    Web3mUser,
)
from auth.use_cases import accounts, logins, mail, profiles
from auth.use_cases.reauthentication import by_recent_login
from quartet.errors import TooManyRequests
from quartet.guard import principal, public
from quartet.legacy import TOKEN_CODES, LegacyBlueprint, Told, replaced_by
from quartet.openapi import problems_of

P = ParamSpec("P")
Answer = TypeVar("Answer")

CODES_OF_INPUT = ("malformed_request", "invalid_input", "username_taken", "email_taken", "confirmation_not_found")
TELLINGS = {
    **dict.fromkeys(CODES_OF_INPUT, Told(400)),
    **dict.fromkeys((*TOKEN_CODES, "invalid_credentials", "refresh_token_invalid"), Told(401)),
    **dict.fromkeys(("login_too_old", "wrong_password"), Told(403)),
}

blueprint = LegacyBlueprint("web3m", __name__, TELLINGS)

EXPIRED = "This link has expired: ask for a new mail."
NOT_VALID = "This link is not valid: it is not ours, or a later one has replaced it."
CHANGED = "Your account is changed."
WAITING = "Your account is changed; the new e-mail takes its place once it is confirmed."
DELETED = "Your account is deleted."

EMAIL = {"email": "ada@example.com"}
CREDENTIALS = {**EMAIL, "password": "correct horse battery"}
USER_EXAMPLE = {"user_id": 1, "username": "ada", "email": "ada@example.com", "is_email_confirmed": True}


@blueprint.post("/api/v1/register")
@replaced_by("POST /api/auth/signup")
@public
@problems_of(UsernameTaken, Busy)
@blueprint.input(Web3mRegistration, arg_name="body", example={"username": "ada", **CREDENTIALS})
@blueprint.output(
    Message,
    HTTPStatus.CREATED,
    description=answers.REGISTERED,
    example={"message": answers.READY},
)
def register(body: Web3mRegistration) -> Message:
    """Register."""
    return Message(message=answers.register(body.username, body.email, body.password.get_secret_value()))


@blueprint.post("/api/v1/resend-confirmation")
@replaced_by("POST /api/auth/resend-confirmation")
@public
@blueprint.input(Web3mResending, arg_name="body", example=EMAIL)
@blueprint.output(Message, description="Always the same.", example={"message": RESENT})
def resend_confirmation(body: Web3mResending) -> Message:
    """Send the mail that confirms once more, if the address waits for one."""
    with suppress(ValueError):  # what is no address waits for nothing
        mail.ask(auth(), "resend", addresses.read(body.email), languages=caller().languages)
    return Message(message=RESENT)


@contextmanager
def _told_apart() -> Iterator[None]:
    try:
        yield
    except ConfirmationExpired:
        raise ConfirmationNotFound(EXPIRED) from None
    except ConfirmationNotFound:
        raise ConfirmationNotFound(NOT_VALID) from None


@blueprint.get("/confirm-email/<stamp:token>")
@replaced_by("GET /api/auth/confirm")
@public
@problems_of(ConfirmationNotFound)
@blueprint.doc(responses=PAGE)
def show_confirmation(token: str) -> Response:
    """Show the page that confirms. It changes nothing: mail scanners follow links."""
    with _told_apart():
        return answers.show_confirmation(token)


@blueprint.post("/confirm-email/<stamp:token>")
@replaced_by("POST /api/auth/confirm")
@public
@problems_of(ConfirmationNotFound)
@blueprint.output(Message, example={"message": CONFIRMED})
def confirm(token: str) -> Message:
    """Confirm an e-mail by the link of a mail; an expired one is told from one that is not valid."""
    with _told_apart():
        return Message(message=answers.confirm(token))


def _all_alike(view: Callable[P, Answer]) -> Callable[P, Answer]:
    """Let whoever is not logged in, for whatever reason, be told what a wrong password is."""

    @functools.wraps(view)
    def call(*args: P.args, **kwargs: P.kwargs) -> Answer:
        try:
            return view(*args, **kwargs)
        except (_ValidationError, BadRequest, EmailNotConfirmed, AccountDisabled):
            raise InvalidCredentials from None

    return call


@blueprint.post("/api/v1/signin")
@replaced_by("POST /api/auth/login")
@public
@problems_of(InvalidCredentials, TooManyRequests, Busy)
@_all_alike
@blueprint.input(Web3mCredentials, arg_name="body", example=CREDENTIALS)
@blueprint.output(
    Web3mSignedIn,
    example={**USER_EXAMPLE, "access_token": TOKEN_EXAMPLE, "refresh_token": REFRESH_TOKEN_EXAMPLE},
)
def sign_in(body: Web3mCredentials) -> tuple[Web3mSignedIn, HTTPStatus, Headers]:
    """Log in by e-mail; every failure is told alike."""
    grant = logins.log_in(auth(), caller(), None, body.email, body.password.get_secret_value())
    members, headers = answers.fixed(grant)
    return Web3mSignedIn(**Web3mUser.of(grant.user).model_dump(), **members), HTTPStatus.OK, headers


@blueprint.post("/api/v1/refresh_token")
@replaced_by("POST /api/auth/refresh")
@public
@problems_of(RefreshTokenInvalid)
@blueprint.input(FixedRefreshToken, arg_name="body", example={"refresh_token": REFRESH_TOKEN_EXAMPLE})
@blueprint.output(AccessToken, example={"access_token": TOKEN_EXAMPLE})
def refresh(body: FixedRefreshToken) -> tuple[AccessToken, HTTPStatus, Headers]:
    """Get a new access token for the refresh token of an older system's login, sent in the body or as Bearer."""
    access_token, headers = answers.refreshed(body.refresh_token)
    return AccessToken(access_token=access_token), HTTPStatus.OK, headers


@blueprint.get("/api/v1/protected")
@replaced_by("GET /api/auth/me")
@problems_of(UserNotFound)
@blueprint.output(Web3mUser, example=USER_EXAMPLE)
def show_user() -> Web3mUser:
    """Show the caller."""
    return Web3mUser.of(accounts.find_by_subject(auth(), principal().subject))


@blueprint.put("/api/v1/users/", endpoint="change_user_slash")
@blueprint.put("/api/v1/users")
@replaced_by("PATCH /api/auth/me")
@problems_of(UsernameTaken, EmailTaken, WrongPassword, LoginTooOld, UserNotFound, TooManyRequests, Busy)
@blueprint.input(Web3mChanges, arg_name="body", example={"username": "grace", **CREDENTIALS})
@blueprint.output(Message, example={"message": WAITING})
def change_user(body: Web3mChanges) -> Message:
    """Change the caller's user name, e-mail or password, all that is given or nothing.

    A new e-mail or password needs a login of the last minutes. A new e-mail waits for its confirmation; a new password
    ends the other sessions.
    """
    password = body.password.get_secret_value() if body.password else None
    user = profiles.change(auth(), caller(), body.username, body.email, by_recent_login, password)
    return Message(message=WAITING if user.new_email else CHANGED)


@blueprint.delete("/api/v1/users/", endpoint="delete_user_slash")
@blueprint.delete("/api/v1/users")
@replaced_by("DELETE /api/auth/me")
@problems_of(LoginTooOld, UserNotFound, LastAdmin)
@blueprint.output(Message, example={"message": DELETED})
def delete_user() -> Message:
    """Delete the caller's account; this needs a login of the last minutes."""
    accounts.delete_own(auth(), caller(), by_recent_login)
    return Message(message=DELETED)
