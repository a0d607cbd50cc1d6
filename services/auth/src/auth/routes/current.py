"""What the present application works with, and who calls it."""

import re
from typing import cast

from flask import Flask, current_app, g, request

from auth.callers import Caller
from auth.resources import Resources
from quartet.clients import client_address
from quartet.guard import principal
from quartet.logs import request_id

KEY = "auth"
LONGEST_DEVICE = 128
LONGEST_TOKEN = 512
LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,2}")
MOST_LANGUAGES = 5


def init_app(app: Flask, resources: Resources) -> None:
    app.extensions[KEY] = resources


def auth() -> Resources:
    """Return the resources of the present application."""
    return cast(Resources, current_app.extensions[KEY])


def caller(device: str | None = None) -> Caller:
    """Return who calls; `device` is the name that the caller gave it, else what the browser calls itself."""
    name = "".join(each for each in device or request.user_agent.string if each.isprintable())
    who = principal() if "user_id" in g else None
    return Caller(
        address=client_address(),
        device=name[:LONGEST_DEVICE],
        request_id=request_id(),
        subject=who.subject if who else None,
        session_id=who.session_id if who else None,
        languages=_languages(),
    )


def bearer_token() -> str | None:
    """Return the refresh token that was sent as Bearer, as access tokens are."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and len(token) <= LONGEST_TOKEN else None


def _languages() -> str:
    tags = [tag for tag, _ in request.accept_languages if LANGUAGE.fullmatch(tag)]
    return " ".join(tags[:MOST_LANGUAGES])
