"""What users change of themselves, and admins of users, reaches all of the platform."""

from collections.abc import Callable
from typing import Any

import pytest

from quartet.testing.waiting import eventually
from tests.integration.platform_client import Api, User, confirmation_token, log_in, wait_for_mail
from tests.integration.routes import refused_everywhere, welcome_everywhere

LIMIT = 1.5

NewUser = Callable[[], User]


def test_a_new_name_reaches_the_products(api: Api, new_user: NewUser) -> None:
    user = new_user()
    created = api.post("/api/products", token=user["access_token"], json={"name": "Teapot", "price": 1})
    name = f"renamed-{user['username']}"[:32]
    renamed = api.patch("/api/auth/me", token=user["access_token"], json={"username": name})
    assert renamed.json()["username"] == name
    eventually(lambda: api.get(created.headers["Location"]).json()["owner"] == name)
    later = api.post("/api/products", token=user["access_token"], json={"name": "Cup", "price": 1})
    assert later.json()["owner"] == name, "the token still says the old one"


def test_a_new_email_counts_once_it_is_confirmed_there(api: Api, new_user: NewUser) -> None:
    user = new_user()
    email = f"new-{user['email']}"
    change = {"email": email, "password": user["password"]}
    assert api.patch("/api/auth/me", token=user["access_token"], json=change).json()["new_email"] == email
    assert api.get("/api/auth/me", token=user["access_token"]).json()["email"] == user["email"]
    token = confirmation_token(wait_for_mail(api, email))
    assert api.post("/api/auth/confirm", json={"token": token}).status_code == 200
    assert api.get("/api/auth/me", token=user["access_token"]).json()["email"] == email
    wait_for_mail(api, user["email"], "changed")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", "", {"disabled": True}),
        ("PATCH", "", {"roles": ["staff"]}),
        ("POST", "/revoke", None),
    ],
)
def test_what_an_admin_takes_is_gone_everywhere_within_the_limit(
    api: Api, new_user: NewUser, admin: User, method: str, path: str, body: Any
) -> None:
    user, other = new_user(), new_user()
    assert welcome_everywhere(api, user["access_token"])
    answer = api.request(method, f"/api/users/{user['id']}{path}", token=admin["access_token"], json=body)
    assert answer.status_code in (200, 204), answer.text
    eventually(lambda: refused_everywhere(api, user["access_token"]), LIMIT)
    assert welcome_everywhere(api, other["access_token"])


def test_a_demoted_admin_has_no_power_left(api: Api, new_user: NewUser, admin: User) -> None:
    user, victim = new_user(), new_user()
    path = f"/api/users/{user['id']}"
    assert api.patch(path, token=admin["access_token"], json={"roles": ["admin"]}).status_code == 200
    promoted = log_in(api, user["username"], user["email"], user["password"])
    assert api.get("/api/users", token=promoted["access_token"]).status_code == 200
    assert api.patch(path, token=admin["access_token"], json={"roles": []}).status_code == 200
    assert api.delete(f"/api/users/{victim['id']}", token=promoted["access_token"]).status_code == 401
    assert welcome_everywhere(api, victim["access_token"])
