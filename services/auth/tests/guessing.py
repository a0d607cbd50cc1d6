"""Logins and guesses, from where somebody is; pauses that outlast any test."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from auth.use_cases import logins
from services.auth.tests.api import Api

HOME, CAFE = "203.0.113.7", "198.51.100.9"

GUESS = "not the password"


def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pauses outlast the slowest test."""
    for name in ("OF_CLIENT", "OF_NAME_AT_CLIENT", "OF_NAME"):
        limit = getattr(logins, name)
        monkeypatch.setattr(logins, name, replace(limit, first=limit.first * 600, longest=limit.longest * 600))


def log_in(api: Api, name: str = "ada", password: str = GUESS, at: str = CAFE) -> Any:
    """Log in from an address, by user name or e-mail."""
    body = {"email" if "@" in name else "username": name, "password": password}
    headers = {"X-Forwarded-For": at}
    return api.client.post("/api/auth/login", json=body, headers=headers)


def guesses(api: Api, name: str = "ada", at: str | Iterator[str] = CAFE) -> int:
    """Guess until it is refused; return how many guesses were taken."""
    for count in range(100):
        answer = log_in(api, name, at=at if isinstance(at, str) else next(at))
        if answer.status_code == 429:
            assert answer.get_json()["code"] == "rate_limited"
            assert int(answer.headers["Retry-After"]) >= 1
            return count
        assert answer.status_code == 401
    return 100
