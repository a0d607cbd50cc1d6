"""Users for the load. They are made by asking until there is an answer: a busy machine may need more than one try."""

import secrets
from typing import Any

from quartet.testing.waiting import eventually
from tests.integration.faults.caller import Caller, Reply
from tests.integration.platform_client import User

PASSWORD = "correct horse battery"
PATIENCE = 120.0


def a_user() -> dict[str, str]:
    """A body for a sign-up that nobody has sent."""
    name = f"user-{secrets.token_hex(6)}"
    return {"username": name, "email": f"{name}@people.example", "password": PASSWORD}


def sign_up(caller: Caller) -> User:
    """A new user, logged in."""

    def signed_up() -> str | None:
        user = a_user()
        return user["username"] if caller.ask("POST", "/api/auth/signup", json=user).done else None

    return log_in(caller, eventually(signed_up, PATIENCE, "a sign-up"), PASSWORD)


def log_in(caller: Caller, username: str, password: str) -> User:
    """A user with new tokens."""
    body = {"username": username, "password": password}
    session = done(caller, "POST", "/api/auth/login", json=body).body
    return User(
        id=session["user"]["id"],
        username=username,
        email=session["user"]["email"] or "",
        password=password,
        access_token=session["access_token"],
        refresh_token=session["refresh_token"],
    )


def done(caller: Caller, method: str, path: str, **options: Any) -> Reply:
    """Ask until it is done; not for what must not be done twice."""

    def ask() -> Reply | None:
        reply = caller.ask(method, path, **options)
        return reply if reply.done else None

    return eventually(ask, PATIENCE, f"{method} {path}")
