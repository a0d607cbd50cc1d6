"""Clients of the older systems: what they send to auth, and what of it is looked at."""

from typing import Any

from services.auth.tests.api import PASSWORD, Api, bearer


def register(api: Api, system: str, **body: object) -> Any:
    return api.client.post(f"/legacy/{system}/register", json={"username": "ada", "password": PASSWORD, **body})


def log_in(api: Api, system: str = "preqlin", **body: object) -> Any:
    path = f"/legacy/{system}/{'auth/' if system == 'flask-api' else ''}login"
    return api.client.post(path, json={"username": "ada", "password": PASSWORD, **body})


def session_of(api: Api, username: str = "ada") -> dict[str, str]:
    """Return the tokens of a new session whose refresh token stays the same."""
    answer = log_in(api, username=username)
    assert answer.status_code == 200
    return dict(answer.get_json())


def refresh(api: Api, token: str) -> Any:
    return api.client.post("/legacy/preqlin/refresh", headers=bearer(token))


def told(answer: Any) -> tuple[int, list[str]]:
    """Return the status of an answer of ours in JSON, and the names of its members."""
    assert answer.mimetype == "application/json"
    return answer.status_code, list(answer.get_json())
