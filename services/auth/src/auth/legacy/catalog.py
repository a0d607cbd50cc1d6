"""catalog, whose users came with its products; those are in the service catalog."""

from http import HTTPStatus

from flask import Response, make_response

from auth.errors import (
    AccountDisabled,
    Busy,
    EmailNotConfirmed,
    EmailTaken,
    InvalidCredentials,
    RefreshTokenInvalid,
    UsernameTaken,
)
from auth.legacy import answers
from auth.legacy.answers import REFRESH_TOKEN_EXAMPLE, TOKEN_EXAMPLE
from auth.routes.answers import USER_EXAMPLE
from auth.routes.cookies import Headers
from auth.routes.current import auth, caller
from auth.routes.sign_ups import PENDING
from auth.schemas.legacy.catalog import (
    CatalogCredentials,
    CatalogSignedUp,
    CatalogTokens,
    CatalogUser,
)
from auth.schemas.legacy.everywhere import AccessToken, FixedRefreshToken, Message, Registration
from auth.use_cases import logins, sign_ups
from quartet.errors import TooManyRequests
from quartet.guard import public
from quartet.legacy import LegacyBlueprint, Told, replaced_by
from quartet.openapi import also_answers, problems_of

TELLINGS = {
    **dict.fromkeys(("malformed_request", "invalid_input", "username_taken", "email_taken"), Told(400, "error")),
    **dict.fromkeys(
        ("invalid_credentials", "email_not_confirmed", "account_disabled", "refresh_token_invalid"), Told(401, "error")
    ),
}

blueprint = LegacyBlueprint("catalog", __name__, TELLINGS)

SIGNED_UP = "Your account is ready, and you are logged in."
PERSON_EXAMPLE = {name: USER_EXAMPLE[name] for name in ("id", "username", "email")}
TOKENS_EXAMPLE = {
    "access_token": TOKEN_EXAMPLE,
    "refresh_token": REFRESH_TOKEN_EXAMPLE,
    "user": PERSON_EXAMPLE,
}


@blueprint.post("/api/auth/signup")
@replaced_by("POST /api/auth/signup")
@public
@problems_of(UsernameTaken, EmailTaken, Busy)
@blueprint.input(
    Registration,
    arg_name="body",
    example={"username": "ada", "email": "ada@example.com", "password": "correct horse battery"},
)
@blueprint.output(
    Message,
    HTTPStatus.ACCEPTED,
    description="A mail is on its way; the answer is the same when there is an account with this e-mail already.",
    example={"message": PENDING},
)
@also_answers(
    CatalogSignedUp,
    HTTPStatus.CREATED,
    "Where no confirmation is required: the account, and its first session.",
    {"message": SIGNED_UP, **PERSON_EXAMPLE, **TOKENS_EXAMPLE},
)
def sign_up(body: Registration) -> Message | Response:
    """Sign up; where no confirmation is required, a first session is begun as a login would."""
    password = body.password.get_secret_value()
    user, grant = sign_ups.sign_up_and_begin(auth(), caller(), body.username, body.email, password)
    if grant is None:
        return Message(message=PENDING)
    members, headers = answers.fixed(grant)
    shown = CatalogUser.of(user)
    answer = CatalogSignedUp(message=SIGNED_UP, **shown.model_dump(), **members, user=shown)
    return make_response(answer.model_dump(), HTTPStatus.CREATED, headers)


@blueprint.post("/api/auth/login")
@replaced_by("POST /api/auth/login")
@public
@problems_of(InvalidCredentials, EmailNotConfirmed, AccountDisabled, TooManyRequests, Busy)
@blueprint.input(CatalogCredentials, arg_name="body", example={"username": "ada", "password": "correct horse battery"})
@blueprint.output(CatalogTokens, example=TOKENS_EXAMPLE)
def log_in(body: CatalogCredentials) -> tuple[CatalogTokens, HTTPStatus, Headers]:
    """Log in with user name or e-mail."""
    grant = logins.log_in(auth(), caller(), body.username, body.email, body.password.get_secret_value())
    members, headers = answers.fixed(grant)
    tokens = CatalogTokens(**members, user=CatalogUser.of(grant.user))
    return tokens, HTTPStatus.OK, headers


@blueprint.post("/api/auth/refresh")
@replaced_by("POST /api/auth/refresh")
@public
@problems_of(RefreshTokenInvalid)
@blueprint.input(FixedRefreshToken, arg_name="body", example={"refresh_token": TOKENS_EXAMPLE["refresh_token"]})
@blueprint.output(AccessToken, example={"access_token": TOKEN_EXAMPLE})
def refresh(body: FixedRefreshToken) -> tuple[AccessToken, HTTPStatus, Headers]:
    """Get a new access token for the refresh token of an older system's login, sent in the body or as Bearer."""
    access_token, headers = answers.refreshed(body.refresh_token)
    return AccessToken(access_token=access_token), HTTPStatus.OK, headers


@blueprint.get("/api/auth/refresh")
@replaced_by("POST /api/auth/refresh")
@public
@problems_of(RefreshTokenInvalid)
@blueprint.output(AccessToken, example={"access_token": TOKEN_EXAMPLE})
def refresh_by_get() -> tuple[AccessToken, HTTPStatus, Headers]:
    """Get a new access token for the refresh token of an older system's login, sent as Bearer."""
    access_token, headers = answers.refreshed()
    return AccessToken(access_token=access_token), HTTPStatus.OK, headers
