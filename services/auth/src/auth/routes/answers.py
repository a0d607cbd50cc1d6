"""Answers that more than one route gives."""

from typing import Any

from auth.issuer import issue_access_token
from auth.resources import Resources
from auth.routes import cookies
from auth.routes.cookies import Headers
from auth.use_cases.refresh_tokens import Carrier, token_of
from auth.use_cases.sessions import Grant, Who

NO_STORE = {"Cache-Control": "no-store"}

USER_EXAMPLE = {"id": 1, "username": "ada", "email": "ada@example.com", "email_confirmed": True, "roles": ["user"]}
TOKENS_EXAMPLE = {
    "access_token": "eyJhbGciOiJFUzI1NiIs…",
    "refresh_token": "qr1.1f2e3d4c.0b5e7a52-4c0f-4f35-9d7c-6a1d3d5f8f10.1.AbC…",
    "token_type": "Bearer",
    "expires_in": 900,
}
LOGIN_EXAMPLE = {**TOKENS_EXAMPLE, "user": USER_EXAMPLE}


def granted(auth: Resources, grant: Grant[Who], carrier: Carrier) -> tuple[dict[str, Any], Headers]:
    """Return the members and the headers of an answer with tokens; the refresh token is in one of the two."""
    access_token, seconds = issue_access_token(auth, grant)
    members = {"access_token": access_token, "token_type": "Bearer", "expires_in": seconds}
    if carrier is Carrier.COOKIE:
        return members, NO_STORE | cookies.setting(auth, grant)
    return members | {"refresh_token": token_of(auth, grant, carrier)}, NO_STORE
