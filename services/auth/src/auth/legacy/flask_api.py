"""flask-api, which had a login before its count of visits; that one is in counter."""

from http import HTTPStatus

from auth.errors import AccountDisabled, Busy, EmailNotConfirmed, InvalidCredentials
from auth.legacy import answers
from auth.routes.cookies import Headers
from auth.schemas.legacy.everywhere import Credentials, Token
from quartet.errors import TooManyRequests
from quartet.guard import public
from quartet.legacy import LegacyBlueprint, Told, replaced_by
from quartet.openapi import problems_of

TELLINGS = {
    "malformed_request": Told(400),
    "invalid_input": Told(400),
    **dict.fromkeys(("invalid_credentials", "email_not_confirmed", "account_disabled"), Told(401)),
}

blueprint = LegacyBlueprint("flask-api", __name__, TELLINGS)


@blueprint.post("/auth/login")
@replaced_by("POST /api/auth/login")
@public
@problems_of(InvalidCredentials, EmailNotConfirmed, AccountDisabled, TooManyRequests, Busy)
@blueprint.input(Credentials, arg_name="body", example={"username": "ada", "password": "correct horse battery"})
@blueprint.output(Token, example={"token": answers.TOKEN_EXAMPLE})
def log_in(body: Credentials) -> tuple[Token, HTTPStatus, Headers]:
    """Log in."""
    members, headers = answers.logged_in(body.username, body.password.get_secret_value())
    return Token(token=members["access_token"]), HTTPStatus.OK, headers
