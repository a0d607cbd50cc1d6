"""Admins and users as callers of use cases and of the API."""

from typing import Any

from auth.callers import COMMAND_LINE, Caller
from auth.resources import Resources
from auth.use_cases import accounts, logins
from services.auth.tests.api import PASSWORD, Api, bearer


def admin_of(auth: Resources, username: str = "root") -> Caller:
    """Return a new admin who is logged in, as use cases meet them."""
    assert accounts.create_admin(auth, COMMAND_LINE, username, PASSWORD)
    return logged_in(auth, username)


def logged_in(auth: Resources, username: str) -> Caller:
    grant = logins.log_in(auth, COMMAND_LINE, username, None, PASSWORD)
    return Caller("192.0.2.1", "Firefox", "0123456789abcdef", grant.user.subject, grant.session_id)


def id_of(auth: Resources, caller: Caller) -> int:
    return accounts.find_by_subject(auth, caller.subject or "").id


class Person:
    """A user of the API with an access token."""

    def __init__(self, api: Api, login: dict[str, Any]) -> None:
        self._api = api
        self.id: int = login["user"]["id"]
        self.access_token: str = login["access_token"]

    def call(self, method: str, path: str, body: object = None) -> Any:
        options: dict[str, Any] = {} if body is None else {"json": body}
        return self._api.client.open(path, method=method, headers=bearer(self.access_token), **options)

    def get(self, path: str) -> Any:
        return self.call("GET", path)

    def patch(self, path: str, **members: object) -> Any:
        return self.call("PATCH", path, members)


def user(api: Api, username: str = "ada") -> Person:
    """Return a new, confirmed user."""
    return Person(api, api.user(username))


def admin(api: Api, username: str = "root") -> Person:
    """Return a new admin."""
    assert accounts.create_admin(api.resources, COMMAND_LINE, username, PASSWORD)
    return Person(api, api.log_in(username).get_json())
