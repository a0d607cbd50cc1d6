"""Refresh."""

from http import HTTPStatus

from auth.errors import OriginNotAllowed, RefreshTokenInvalid
from auth.routes import cookies
from auth.routes.answers import TOKENS_EXAMPLE, granted
from auth.routes.cookies import Headers
from auth.routes.current import auth, bearer_token, caller
from auth.schemas.sessions import Refresh, Tokens
from auth.use_cases import refresh_tokens
from auth.use_cases.refresh_tokens import Carrier
from quartet.guard import public
from quartet.openapi import Blueprint, problems_of

blueprint = Blueprint("refresh_tokens", __name__, tag="Sessions")


@blueprint.post("/api/auth/refresh")
@public
@problems_of(RefreshTokenInvalid, OriginNotAllowed)
@blueprint.input(Refresh, arg_name="body", example={"refresh_token": TOKENS_EXAMPLE["refresh_token"]})
@blueprint.output(Tokens, example=TOKENS_EXAMPLE)
def refresh(body: Refresh) -> tuple[Tokens, HTTPStatus, Headers]:
    """Get new tokens for a refresh token, sent in the body, as Bearer, or in the cookie of browser mode.

    Calls at the same time, and a retry within half a minute, all get the same new refresh token. A token that was
    replaced before that ends its session. What the caller sends itself goes before the cookie, which the browser
    adds; where the cookie is used, the new token is in the cookie alone, and the Origin must be an allowed one.
    """
    token, carrier = _token(body)
    grant = refresh_tokens.refresh(auth(), caller(), token, carrier)
    members, headers = granted(auth(), grant, carrier)
    return Tokens(**members), HTTPStatus.OK, headers


def _token(body: Refresh) -> tuple[str, Carrier]:
    if token := body.refresh_token or bearer_token():
        return token, Carrier.BODY
    if token := cookies.read(auth()):
        return token, Carrier.COOKIE
    raise RefreshTokenInvalid
