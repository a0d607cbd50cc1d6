"""flask-app, where one registered without an e-mail; its arrays are in vectors."""

from http import HTTPStatus

from auth.errors import AccountDisabled, Busy, EmailNotConfirmed, EmailTaken, InvalidCredentials, UsernameTaken
from auth.legacy import answers
from auth.routes.cookies import Headers
from auth.routes.current import auth, caller
from auth.schemas.legacy.everywhere import Credentials, Message, Registration, Token
from auth.use_cases import sign_ups
from quartet.errors import TooManyRequests
from quartet.guard import public
from quartet.legacy import LegacyBlueprint, Told, replaced_by
from quartet.openapi import problems_of

REGISTERED = "User registered successfully"
KNOWN = "User registered already, Please login"
FAILED = "Authentication failed"

TELLINGS = {
    "malformed_request": Told(400),
    "invalid_input": Told(400),
    **dict.fromkeys(("invalid_credentials", "email_not_confirmed", "account_disabled"), Told(401, text=FAILED)),
}

blueprint = LegacyBlueprint("flask-app", __name__, TELLINGS)


@blueprint.post("/register")
@replaced_by("POST /api/auth/signup")
@public
@problems_of(Busy)
@blueprint.input(
    Registration,
    arg_name="body",
    example={"username": "ada", "email": "ada@example.com", "password": "correct horse battery"},
)
@blueprint.output(Message, description="Registered, or known already.", example={"message": REGISTERED})
def register(body: Registration) -> Message:
    """Register; clients compare both texts."""
    try:
        sign_ups.sign_up(auth(), caller(), body.username, body.email, body.password.get_secret_value())
    except (UsernameTaken, EmailTaken):
        return Message(message=KNOWN)
    return Message(message=REGISTERED)


@blueprint.post("/login")
@replaced_by("POST /api/auth/login")
@public
@problems_of(InvalidCredentials, EmailNotConfirmed, AccountDisabled, TooManyRequests, Busy)
@blueprint.input(Credentials, arg_name="body", example={"username": "ada", "password": "correct horse battery"})
@blueprint.output(Token, example={"token": answers.TOKEN_EXAMPLE})
def log_in(body: Credentials) -> tuple[Token, HTTPStatus, Headers]:
    """Log in."""
    members, headers = answers.logged_in(body.username, body.password.get_secret_value())
    return Token(token=members["access_token"]), HTTPStatus.OK, headers
