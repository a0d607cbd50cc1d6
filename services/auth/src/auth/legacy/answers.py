"""What several of the older systems ask and answer alike."""

from contextlib import suppress
from typing import Any, ClassVar

from flask import Response
from werkzeug.routing import BaseConverter

from auth.errors import EmailTaken, RefreshTokenInvalid
from auth.routes.answers import granted
from auth.routes.cookies import Headers
from auth.routes.current import auth, bearer_token, caller
from auth.routes.sign_ups import CONFIRMED, PENDING, confirmation_page
from auth.use_cases import confirmations, logins, refresh_tokens, sign_ups
from auth.use_cases.refresh_tokens import Carrier
from auth.use_cases.sessions import Grant, Who

REFRESH_TOKEN_EXAMPLE = "ql1.1f2e3d4c.0b5e…"  # noqa: S105 - an example
TOKEN_EXAMPLE = "eyJhbGciOiJFUzI1NiIs…"  # noqa: S105 - an example
REGISTERED = "Taken; the answer is the same when there is an account with this e-mail already."
READY = "Unless this e-mail has an account already, yours is ready: log in."


class Stamp(BaseConverter):
    """One segment of a path, which is a token of a mail; what it is good for, the use cases say."""

    schema: ClassVar = {"type": "string", "pattern": "^[A-Za-z0-9._-]+$"}


def fixed(grant: Grant[Who]) -> tuple[dict[str, Any], Headers]:
    """Return the members and the headers of an answer with tokens to a client that reads no new refresh token."""
    return granted(auth(), grant, Carrier.FIXED)


def logged_in(username: str, password: str) -> tuple[dict[str, Any], Headers]:
    """Log in by user name, and return what `fixed` does; raises what `logins.log_in` does."""
    return fixed(logins.log_in(auth(), caller(), username, None, password))


def refreshed(token: str | None = None) -> tuple[str, Headers]:
    """Return a new access token, and headers, for a fixed refresh token: this one, or else the one sent as Bearer.

    Raises:
        RefreshTokenInvalid: there is none, or it is no fixed one of a live session.
    """
    token = token or bearer_token()
    if token is None:
        raise RefreshTokenInvalid
    members, headers = fixed(refresh_tokens.refresh_fixed(auth(), caller(), token))
    return members["access_token"], headers


def register(username: str, email: str | None, password: str) -> str:
    """Sign up, and return a sentence that is the same for an e-mail which has an account already.

    Raises:
        InvalidInput, UsernameTaken, Busy: see `sign_ups.sign_up`.
    """
    with suppress(EmailTaken):  # nothing is made, and nobody learns of it
        sign_ups.sign_up(auth(), caller(), username, email, password)
    return PENDING if auth().settings.email_confirmation == "required" else READY


def show_confirmation(token: str) -> Response:
    """Return the page that confirms an e-mail, without changing anything; raises ConfirmationNotFound."""
    confirmations.check(auth(), token)
    return confirmation_page(token)


def confirm(token: str) -> str:
    """Confirm an e-mail by the link of a mail, and return the sentence that says so; raises ConfirmationNotFound."""
    confirmations.confirm(auth(), caller(), token)
    return CONFIRMED
