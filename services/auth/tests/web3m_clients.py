"""Clients of web3m."""

from typing import Any

from services.auth.tests.api import PASSWORD, Api, bearer

ROOT = "/legacy/web3m"
API = f"{ROOT}/api/v1"


def register(api: Api, username: str = "ada", email: str | None = None, **changes: object) -> Any:
    body = {"username": username, "email": email or f"{username}@example.com", "password": PASSWORD, **changes}
    return api.client.post(f"{API}/register", json=body)


def sign_in(api: Api, email: object = "ada@example.com", password: object = PASSWORD) -> Any:
    return api.client.post(f"{API}/signin", json={"email": email, "password": password})


def follow(api: Api, token: str, method: str = "POST") -> Any:
    return api.client.open(f"{ROOT}/confirm-email/{token}", method=method)


class Web3mPerson:
    """A new, confirmed user who has just signed in."""

    def __init__(self, api: Api, username: str = "ada") -> None:
        api.user(username)
        self._api = api
        self.email = f"{username}@example.com"
        self.sign_in()

    def sign_in(self, password: str = PASSWORD) -> None:
        answer = sign_in(self._api, self.email, password)
        assert answer.status_code == 200
        self.tokens: dict[str, Any] = answer.get_json()

    def call(self, method: str, path: str = "users", body: object = None) -> Any:
        options: dict[str, Any] = {} if body is None else {"json": body}
        headers = bearer(self.tokens["access_token"])
        return self._api.client.open(f"{API}/{path}", method=method, headers=headers, **options)

    def put(self, **members: object) -> Any:
        return self.call("PUT", body=members)

    def refresh(self) -> Any:
        return self._api.client.post(f"{API}/refresh_token", headers=bearer(self.tokens["refresh_token"]))
