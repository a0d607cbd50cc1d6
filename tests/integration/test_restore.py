"""A backup of auth's database comes back, and `auth feed fence` ends what the lost history leaves behind."""

from collections.abc import Callable
from typing import Any

import jwt
import requests

from devtools.parts import parts_of
from quartet.testing.waiting import eventually
from tests.integration.platform_choice import Platform
from tests.integration.platform_client import Api, User, log_in
from tests.integration.routes import call, refused_everywhere, welcome_everywhere

LIMIT = 1.5
_, *WORKERS = parts_of("auth")


def again(api: Api, user: User) -> User:
    return log_in(api, user["username"], user["email"], user["password"])


def offer(api: Api, user: User) -> requests.Response:
    return api.post("/api/products", token=user["access_token"], json={"name": "Teapot", "price": 1})


def owner_of(api: Api, product: requests.Response) -> str:
    return str(api.get(product.headers["Location"]).json()["owner_id"])


def subject_of(user: User) -> str:
    return str(claims(user)["sub"])


def claims(user: User) -> dict[str, Any]:
    return dict(jwt.decode(user["access_token"], options={"verify_signature": False}))


def restored_and_fenced(platform: Platform) -> None:
    """Do what docs/operations/backup.md says."""
    for part in ("auth", *WORKERS):
        platform.stop(part)
    platform.restore("auth")
    platform.run("auth", "feed", "fence")
    for part in ("auth", *WORKERS):
        platform.start(part)
    platform.wait_healthy()


def test_nothing_of_a_lost_history_comes_back_to_life(
    platform: Platform, api: Api, new_user: Callable[[], User]
) -> None:
    stays, leaves, goes = new_user(), new_user(), new_user()
    elsewhere = again(api, leaves)
    kept, removed = offer(api, stays), offer(api, goes)
    platform.back_up("auth")

    refreshed = api.post("/api/auth/refresh", json={"refresh_token": stays["refresh_token"]}).json()
    assert api.post("/api/auth/logout", token=leaves["access_token"]).status_code == 204
    for _ in range(3):
        assert api.post("/api/auth/logout-all", token=again(api, leaves)["access_token"]).status_code == 204
    late = again(api, leaves)
    assert api.delete("/api/auth/me", token=goes["access_token"], json={"password": goes["password"]}).ok
    newcomer = new_user()
    orphaned = offer(api, newcomer)
    eventually(lambda: api.get(removed.headers["Location"]).status_code == 404)
    eventually(lambda: refused_everywhere(api, elsewhere["access_token"]), LIMIT)

    restored_and_fenced(platform)

    before = [stays, leaves, elsewhere, goes, late, newcomer]
    access_tokens = [user["access_token"] for user in before] + [refreshed["access_token"]]
    refresh_tokens = [user["refresh_token"] for user in before] + [refreshed["refresh_token"]]
    eventually(lambda: all(refused_everywhere(api, token) for token in access_tokens), LIMIT)
    auth = Api(platform.address("auth"))
    assert {call(auth, "auth", token).status_code for token in access_tokens} == {401}
    for token in refresh_tokens:
        assert api.post("/api/auth/refresh", json={"refresh_token": token}).status_code == 401

    back = {user["username"]: again(api, user) for user in (stays, leaves, goes)}
    assert all(welcome_everywhere(api, user["access_token"]) for user in back.values())
    assert claims(back[leaves["username"]])["ver"] > claims(late)["ver"]
    assert not api.post("/api/auth/login", json={key: newcomer[key] for key in ("username", "password")}).ok

    # Catalog lost nothing of those who are there, and brings nothing back of those who were deleted.
    assert owner_of(api, kept) == subject_of(stays)
    assert api.get(removed.headers["Location"]).status_code == 404
    refused = offer(api, back[goes["username"]])
    assert (refused.status_code, refused.json()["code"]) == (401, "token_revoked")
    assert offer(api, back[stays["username"]]).status_code == 201

    # The id of the lost newcomer is given again, to somebody else: what was theirs stays out of reach.
    successor = new_user()
    assert successor["id"] == newcomer["id"]
    assert owner_of(api, orphaned) == subject_of(newcomer) != subject_of(successor)
    assert api.delete(orphaned.headers["Location"], token=successor["access_token"]).status_code == 403

    # Readers follow the new history: what ends now ends everywhere.
    assert api.delete("/api/auth/me", token=successor["access_token"], json={"password": successor["password"]}).ok
    eventually(lambda: refused_everywhere(api, successor["access_token"]), LIMIT)
    assert api.post("/api/auth/logout-all", token=back[leaves["username"]]["access_token"]).status_code == 204
    eventually(lambda: refused_everywhere(api, back[leaves["username"]]["access_token"]), LIMIT)


def test_whoever_logs_in_after_a_fence_is_welcome_at_once(
    platform: Platform, api: Api, new_user: Callable[[], User]
) -> None:
    user = new_user()
    platform.run("auth", "feed", "fence")
    assert refused_everywhere(api, user["access_token"])
    assert welcome_everywhere(api, again(api, user)["access_token"])
