"""What ends a session ends its tokens at the gateway within 1.5 seconds, for every service, cached or not."""

from collections.abc import Callable

import pytest

from quartet.testing.waiting import eventually
from tests.integration.platform_client import Api, User, log_in
from tests.integration.routes import PROTECTED, call, refused_everywhere, welcome_everywhere

LIMIT = 1.5

NewUser = Callable[[], User]


def log_out(api: Api, user: User) -> None:
    assert api.post("/api/auth/logout", token=user["access_token"]).status_code == 204


def log_out_everywhere(api: Api, user: User) -> None:
    assert api.post("/api/auth/logout-all", token=user["access_token"]).status_code == 204


def delete_oneself(api: Api, user: User) -> None:
    answer = api.delete("/api/auth/me", token=user["access_token"], json={"password": user["password"]})
    assert answer.status_code == 204


ENDINGS = [log_out, log_out_everywhere, delete_oneself]


@pytest.mark.parametrize("end", ENDINGS)
def test_tokens_in_use_die_within_the_limit(api: Api, new_user: NewUser, end: Callable[[Api, User], None]) -> None:
    user, other = new_user(), new_user()
    assert welcome_everywhere(api, user["access_token"])
    end(api, user)
    eventually(lambda: refused_everywhere(api, user["access_token"]), LIMIT)
    for service in PROTECTED:
        refusal = call(api, service, user["access_token"])
        assert refusal.json()["code"] == "token_revoked"
        assert refusal.headers["WWW-Authenticate"].startswith('Bearer realm="quartet", error="invalid_token"')
    assert welcome_everywhere(api, other["access_token"])


@pytest.mark.parametrize("end", ENDINGS)
def test_a_token_never_used_before_is_dead_too(api: Api, new_user: NewUser, end: Callable[[Api, User], None]) -> None:
    user = new_user()
    tokens = api.post("/api/auth/refresh", json={"refresh_token": user["refresh_token"]}).json()
    end(api, user)
    eventually(lambda: call(api, "counter", user["access_token"]).status_code == 401, LIMIT)
    assert refused_everywhere(api, tokens["access_token"])


def test_an_admin_who_deletes_a_user_ends_their_tokens(api: Api, new_user: NewUser, admin: User) -> None:
    user = new_user()
    assert welcome_everywhere(api, user["access_token"])
    assert api.delete(f"/api/users/{user['id']}", token=user["access_token"]).status_code == 403
    assert api.delete(f"/api/users/{user['id']}", token=admin["access_token"]).status_code == 204
    eventually(lambda: refused_everywhere(api, user["access_token"]), LIMIT)


def test_logging_out_of_one_session_leaves_the_others(api: Api, new_user: NewUser) -> None:
    user = new_user()
    elsewhere = log_in(api, user["username"], user["email"], user["password"])
    log_out(api, user)
    eventually(lambda: refused_everywhere(api, user["access_token"]), LIMIT)
    assert welcome_everywhere(api, elsewhere["access_token"])


def test_after_logging_out_everywhere_one_can_log_in_at_once(api: Api, new_user: NewUser) -> None:
    user = new_user()
    log_out_everywhere(api, user)
    again = log_in(api, user["username"], user["email"], user["password"])
    eventually(lambda: refused_everywhere(api, user["access_token"]), LIMIT)
    assert welcome_everywhere(api, again["access_token"])


def test_the_products_of_a_deleted_user_vanish(api: Api, new_user: NewUser) -> None:
    user = new_user()
    created = api.post("/api/products", token=user["access_token"], json={"name": "Teapot", "price": 1})
    location = created.headers["Location"]
    assert api.get(location).status_code == 200
    delete_oneself(api, user)
    eventually(lambda: api.get(location).status_code == 404)
    eventually(lambda: user["username"] not in api.get("/api/products").text)
