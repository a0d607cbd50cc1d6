"""Sessions that begin at an old login: a refresh token that never changes, and what needs a login of just now."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from quartet.testing.waiting import eventually
from tests.integration.legacy.answers import told
from tests.integration.legacy.routes import LOGINS, REFRESHES, credentials
from tests.integration.platform_choice import HASTE, Platform
from tests.integration.platform_client import Api, User, confirmation_token, log_in, sign_up, wait_for_mail

NewUser = Callable[[], User]

AT_ONCE = 1.0
SIGN_IN = "/legacy/web3m/api/v1/signin"
NEW_PASSWORD = "a kettle for one person"


def old_login(api: Api, user: User, path: str) -> dict[str, Any]:
    answer = api.post(path, json=credentials(path, user))
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


@pytest.mark.parametrize("path", REFRESHES)
def test_a_refresh_token_stays_the_same(api: Api, new_user: NewUser, path: str) -> None:
    login = old_login(api, new_user(), REFRESHES[path])
    for _ in range(3):
        fresh = told(api.post(path, token=login["refresh_token"]), 200, "access_token")["access_token"]
        assert api.get("/api/auth/me", token=fresh).status_code == 200
    assert fresh != login["access_token"]


def test_what_refreshes_at_the_old_routes_does_not_at_the_new_one(api: Api, new_user: NewUser) -> None:
    user = new_user()
    for path, login in REFRESHES.items():
        fixed = old_login(api, user, login)["refresh_token"]
        assert api.post("/api/auth/refresh", json={"refresh_token": fixed}).status_code == 401
        assert api.post("/api/auth/refresh", token=fixed).status_code == 401
        assert api.post(path, token=user["refresh_token"]).status_code == 401
        assert api.post(path, token=fixed).status_code == 200, "being refused elsewhere has ended it"
    assert api.post("/api/auth/refresh", token=user["refresh_token"]).status_code == 200


def log_out(api: Api, user: User, token: str) -> None:
    del user
    told(api.post("/legacy/preqlin/logout", token=token), 200, "message")


def log_out_everywhere(api: Api, user: User, token: str) -> None:
    del user
    assert api.post("/api/auth/logout-all", token=token).status_code == 204


def end_in_the_list(api: Api, user: User, token: str) -> None:
    (session,) = [each for each in api.get("/api/auth/sessions", token=token).json()["items"] if each["current"]]
    assert api.delete(f"/api/auth/sessions/{session['id']}", token=user["access_token"]).status_code == 204


def reset_password(api: Api, user: User, token: str) -> None:
    del token
    assert api.post("/api/auth/password/forgot", json={"email": user["email"]}).status_code == 202
    proof = confirmation_token(wait_for_mail(api, user["email"], "password"))
    assert api.post("/api/auth/password/reset", json={"token": proof, "password": NEW_PASSWORD}).status_code == 204


@pytest.mark.parametrize("end", [log_out, log_out_everywhere, end_in_the_list, reset_password])
def test_a_refresh_token_dies_with_its_session(
    api: Api, new_user: NewUser, end: Callable[[Api, User, str], None]
) -> None:
    user = new_user()
    login = old_login(api, user, "/legacy/preqlin/login")
    end(api, user, login["token"])
    for path in REFRESHES:
        assert api.post(path, token=login["refresh_token"]).status_code == 401
    eventually(lambda: api.get("/legacy/web3m/api/v1/protected", token=login["token"]).status_code == 401, AT_ONCE)


def test_what_cannot_be_undone_needs_a_login_of_just_now(hasty_platform: Platform) -> None:
    """Not even a fresh access token does instead; a new login does."""
    api = Api(hasty_platform.url)
    user = sign_up(api)
    login, began = old_login(api, user, SIGN_IN), time.monotonic()
    eventually(lambda: time.monotonic() > began + HASTE)
    refreshed = api.post("/legacy/web3m/api/v1/refresh_token", token=login["refresh_token"]).json()["access_token"]
    users = "/legacy/web3m/api/v1/users"
    for token in (login["access_token"], refreshed):
        for change in ({"password": NEW_PASSWORD}, {"email": f"new-{user['email']}"}):
            told(api.put(users, token=token, json=change), 403, "message")
        for path in (users, f"/legacy/preqlin/user/{user['id']}", f"/user/{user['id']}"):
            told(api.delete(path, token=token), 403, "message")
    assert log_in(api, user["username"], user["email"], user["password"])["id"] == user["id"]

    def delete_at_once() -> bool:
        # A busy machine may take longer than HASTE over the two.
        return api.delete(users, token=old_login(api, user, SIGN_IN)["access_token"]).status_code == 200

    eventually(delete_at_once)
    for path in LOGINS:
        assert api.post(path, json=credentials(path, user)).status_code in (400, 401)
