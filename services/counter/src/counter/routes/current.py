"""What the present application works with."""

from typing import cast

from flask import Flask, current_app

from counter.limits import Limits
from counter.repository.store import Store
from counter.use_cases.streams import Streams

KEY = "counter.store"
LIMITS = "counter.limits"
STREAMS = "counter.streams"
PUBLIC_URL = "counter.public_url"


def init_app(app: Flask, store: Store, limits: Limits, streams: Streams, public_url: str) -> None:
    app.extensions[KEY] = store
    app.extensions[LIMITS] = limits
    app.extensions[STREAMS] = streams
    app.extensions[PUBLIC_URL] = public_url


def store() -> Store:
    """Return the store of the present application."""
    return cast(Store, current_app.extensions[KEY])


def limits() -> Limits:
    """Return how much the present application keeps for a user."""
    return cast(Limits, current_app.extensions[LIMITS])


def streams() -> Streams:
    """Return the streams of the present application."""
    return cast(Streams, current_app.extensions[STREAMS])


def public_url() -> str:
    """Return the address of the gateway as callers see it, without a slash at its end."""
    return cast(str, current_app.extensions[PUBLIC_URL])
