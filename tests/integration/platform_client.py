"""Calling the gateway, and making users as a frontend would."""

import os
import re
import secrets
import time
from typing import Any, TypedDict

import pytest
import requests

TIMEOUT = 10


class Api:
    """requests bound to a gateway: paths instead of URLs, time-outs, and `token=` for the Authorization header.

    Not to be shared between threads: each makes its own.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.verify = os.environ.get("REQUESTS_CA_BUNDLE") or True

    def request(self, method: str, path: str, *, token: str | None = None, **options: Any) -> requests.Response:
        headers = dict(options.pop("headers", None) or {})
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        options.setdefault("timeout", TIMEOUT)
        return self.session.request(method, self.url + path, headers=headers, **options)

    def get(self, path: str, **options: Any) -> requests.Response:
        return self.request("GET", path, **options)

    def post(self, path: str, **options: Any) -> requests.Response:
        return self.request("POST", path, **options)

    def put(self, path: str, **options: Any) -> requests.Response:
        return self.request("PUT", path, **options)

    def patch(self, path: str, **options: Any) -> requests.Response:
        return self.request("PATCH", path, **options)

    def delete(self, path: str, **options: Any) -> requests.Response:
        return self.request("DELETE", path, **options)


class User(TypedDict):
    """A confirmed user who is logged in."""

    id: int
    username: str
    email: str
    password: str
    access_token: str
    refresh_token: str


def sign_up(api: Api) -> User:
    """A new user, confirmed with the token from the mail and logged in.

    At a platform that shows no mails, the user TEST_USERNAME with TEST_PASSWORD logs in anew instead; the test is
    skipped where they are not given.
    """
    username = f"user-{secrets.token_hex(6)}"
    email, password = f"{username}@people.example", secrets.token_urlsafe(16)
    if not mails_are_shown(api):
        if not (os.environ.get("TEST_USERNAME") and os.environ.get("TEST_PASSWORD")):
            pytest.skip("needs a mailbox at the platform, or TEST_USERNAME and TEST_PASSWORD")
        return log_in(api, os.environ["TEST_USERNAME"], "", os.environ["TEST_PASSWORD"])
    answer = patiently(api, "/api/auth/signup", {"username": username, "email": email, "password": password})
    assert answer.status_code in (201, 202), answer.text
    if answer.status_code == 202:
        token = confirmation_token(wait_for_mail(api, email))
        answer = patiently(api, "/api/auth/confirm", {"token": token})
        assert answer.status_code == 200, answer.text
    return log_in(api, username, email, password)


def log_in(api: Api, username: str, email: str, password: str) -> User:
    """Log in by name."""
    answer = patiently(api, "/api/auth/login", {"username": username, "password": password})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    return User(
        id=body["user"]["id"],
        username=username,
        email=email,
        password=password,
        access_token=body["access_token"],
        refresh_token=body["refresh_token"],
    )


def mails_are_shown(api: Api) -> bool:
    return api.get("/mailbox/messages").status_code != 404


def patiently(api: Api, path: str, body: dict[str, str]) -> requests.Response:
    """POST a body; where the platform asks for a pause, as one with its usual limits does, take it and try again."""
    for _ in range(5):
        answer = api.post(path, json=body)
        if answer.status_code != 429:
            break
        time.sleep(min(int(answer.headers["Retry-After"]), 60))
    return answer


def wait_for_mail(api: Api, to: str, subject: str = "", patience: float = 20) -> dict[str, str]:
    """The newest mail to that address whose subject contains `subject`, awaited."""
    deadline = time.monotonic() + patience
    while True:
        answer = api.get("/mailbox/messages")
        if answer.status_code == 404:
            pytest.skip("needs a mailbox at the platform")
        for mail in answer.json() if answer.status_code == 200 else ():
            if to in mail["to"] and subject in mail["subject"]:
                return dict(mail)
        assert time.monotonic() < deadline, f"no mail to {to} after {patience} s"
        time.sleep(0.05)


def confirmation_token(mail: dict[str, str]) -> str:
    """The token of the link in a mail."""
    found = re.search(r"[?&]token=([A-Za-z0-9._~-]+)", mail["text"])
    assert found, mail["text"]
    return found[1]
