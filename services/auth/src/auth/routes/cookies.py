"""The cookie in which a browser keeps its refresh token, out of reach of any script.

It goes to auth's own routes alone and to no other site. A page of another site cannot use it (SameSite), nor can a
sister host of ours: whoever uses it must come from an origin that is allowed.
"""

from datetime import UTC, datetime

from flask import request
from werkzeug.http import dump_cookie

from auth.errors import OriginNotAllowed
from auth.origins import origin_of
from auth.resources import Resources
from auth.use_cases.refresh_tokens import Carrier, token_of
from auth.use_cases.sessions import Grant, Who

Headers = dict[str, str]

PATH = "/api/auth"


def name(auth: Resources) -> str:
    """Return the name; browsers take the prefixed one from https alone, and plain http is for localhost."""
    return "__Secure-quartet_refresh" if auth.settings.public_url.startswith("https:") else "quartet_refresh"


def read(auth: Resources) -> str | None:
    """Return the refresh token of the request's cookie.

    Raises:
        OriginNotAllowed: there is one, but the page that sends it may not.
    """
    token = request.cookies.get(name(auth))
    if token is not None:
        require_origin(auth)
    return token


def require_origin(auth: Resources) -> None:
    """Return when the calling page is of an allowed origin; raises OriginNotAllowed, also where none is named."""
    if request.headers.get("Origin") not in {origin_of(auth.settings.public_url), *auth.settings.browser_origins}:
        raise OriginNotAllowed


def setting(auth: Resources, grant: Grant[Who]) -> Headers:
    """Return the header that puts the refresh token of a grant into the cookie, for as long as its session lives."""
    seconds = int((grant.expires_at - datetime.now(UTC)).total_seconds())
    return _header(auth, token_of(auth, grant, Carrier.COOKIE), max(seconds, 0))


def clearing(auth: Resources) -> Headers:
    """Return the header that takes the cookie away; nothing where the request brought none."""
    return _header(auth, "", 0) if name(auth) in request.cookies else {}


def _header(auth: Resources, value: str, max_age: int) -> Headers:
    cookie = dump_cookie(name(auth), value, max_age, path=PATH, secure=True, httponly=True, samesite="Strict")
    return {"Set-Cookie": cookie}
