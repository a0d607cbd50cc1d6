"""preqlin, where one registered with an e-mail; its random arrays are in vectors."""

from http import HTTPStatus

from flask import Response

from auth.errors import (
    AccountDisabled,
    Busy,
    ConfirmationNotFound,
    EmailNotConfirmed,
    InvalidCredentials,
    LastAdmin,
    LoginTooOld,
    RefreshTokenInvalid,
    UsernameTaken,
    UserNotFound,
)
from auth.legacy import answers
from auth.routes.cookies import Headers
from auth.routes.current import auth, caller
from auth.routes.sign_ups import PAGE
from auth.schemas.legacy.everywhere import AccessToken, Credentials, Message
from auth.schemas.legacy.preqlin import PreqlinRegistration, PreqlinTokens, PreqlinUser
from auth.use_cases import sessions, users
from auth.use_cases.reauthentication import by_recent_login
from quartet.errors import Forbidden, TooManyRequests
from quartet.guard import principal, public
from quartet.legacy import TOKEN_CODES, LegacyBlueprint, Told, replaced_by
from quartet.openapi import problems_of

TELLINGS = {
    "malformed_request": Told(400),
    "invalid_input": Told(400),
    "username_taken": Told(400),
    "email_not_confirmed": Told(400),
    "invalid_credentials": Told(401),
    "account_disabled": Told(401),
    **dict.fromkeys((*TOKEN_CODES, "refresh_token_invalid"), Told(401, "error")),
    "login_too_old": Told(403),
    "confirmation_not_found": Told(404),
    "user_not_found": Told(404),
    "forbidden": Told(404, text=UserNotFound.detail),  # who may not see a user learns of none
}

blueprint = LegacyBlueprint("preqlin", __name__, TELLINGS)

PASSWORD = "correct horse battery"  # noqa: S105 - an example
USER_EXAMPLE = {"id": 1, "username": "ada", "email": "ada@example.com", "activated": True}
TOKENS_EXAMPLE = {
    "access_token": answers.TOKEN_EXAMPLE,
    "refresh_token": answers.REFRESH_TOKEN_EXAMPLE,
    "token": answers.TOKEN_EXAMPLE,
}
LOGGED_OUT = "You are logged out."
DELETED = "The account is deleted."


@blueprint.post("/register")
@replaced_by("POST /api/auth/signup")
@public
@problems_of(UsernameTaken, Busy)
@blueprint.input(
    PreqlinRegistration,
    arg_name="body",
    example={"username": "ada", "email": "ada@example.com", "password": PASSWORD},
)
@blueprint.output(
    Message,
    HTTPStatus.CREATED,
    description=answers.REGISTERED,
    example={"message": answers.READY},
)
def register(body: PreqlinRegistration) -> Message:
    """Register."""
    return Message(message=answers.register(body.username, body.email, body.password.get_secret_value()))


@blueprint.get("/user_confirm/<stamp:token>")
@replaced_by("GET /api/auth/confirm")
@public
@problems_of(ConfirmationNotFound)
@blueprint.doc(responses=PAGE)
def show_confirmation(token: str) -> Response:
    """Show the page that confirms. It changes nothing: mail scanners follow links."""
    return answers.show_confirmation(token)


@blueprint.post("/user_confirm/<stamp:token>")
@replaced_by("POST /api/auth/confirm")
@public
@problems_of(ConfirmationNotFound)
@blueprint.output(Message, example={"message": "Your e-mail is confirmed."})
def confirm(token: str) -> Message:
    """Confirm an e-mail by the link of a mail; doing it again changes nothing."""
    return Message(message=answers.confirm(token))


@blueprint.post("/login")
@replaced_by("POST /api/auth/login")
@public
@problems_of(InvalidCredentials, EmailNotConfirmed, AccountDisabled, TooManyRequests, Busy)
@blueprint.input(Credentials, arg_name="body", example={"username": "ada", "password": PASSWORD})
@blueprint.output(PreqlinTokens, example=TOKENS_EXAMPLE)
def log_in(body: Credentials) -> tuple[PreqlinTokens, HTTPStatus, Headers]:
    """Log in."""
    members, headers = answers.logged_in(body.username, body.password.get_secret_value())
    token = members["access_token"]
    tokens = PreqlinTokens(access_token=token, refresh_token=members["refresh_token"], token=token)
    return tokens, HTTPStatus.OK, headers


@blueprint.post("/refresh")
@replaced_by("POST /api/auth/refresh")
@public
@problems_of(RefreshTokenInvalid)
@blueprint.output(AccessToken, example={"access_token": answers.TOKEN_EXAMPLE})
def refresh() -> tuple[AccessToken, HTTPStatus, Headers]:
    """Get a new access token for the refresh token of an older system's login, sent as Bearer."""
    access_token, headers = answers.refreshed()
    return AccessToken(access_token=access_token), HTTPStatus.OK, headers


@blueprint.post("/logout")
@replaced_by("POST /api/auth/logout")
@blueprint.output(Message, example={"message": LOGGED_OUT})
def log_out() -> Message:
    """Log out of this session; its tokens are dead within a second."""
    sessions.log_out(auth(), caller(), principal().session_id)
    return Message(message=LOGGED_OUT)


@blueprint.get("/user/<id:user_id>")
@replaced_by("GET /api/users/{user_id}")
@problems_of(UserNotFound, Forbidden)
@blueprint.output(PreqlinUser, example=USER_EXAMPLE)
def show_user(user_id: int) -> PreqlinUser:
    """Show a user: oneself, or, for admins, anybody."""
    return PreqlinUser.of(users.find(auth(), caller(), user_id).user)


@blueprint.delete("/user/<id:user_id>")
@replaced_by("DELETE /api/users/{user_id}")
@problems_of(UserNotFound, Forbidden, LoginTooOld, LastAdmin)
@blueprint.output(Message, example={"message": DELETED})
def delete_user(user_id: int) -> Message:
    """Delete oneself, or, as an admin, anybody; this needs a login of the last minutes."""
    users.remove(auth(), caller(), user_id, by_recent_login)
    return Message(message=DELETED)
