"""What belongs to others, and members of a body that nobody may set."""

import secrets
from collections.abc import Callable

import pytest

from tests.integration.platform_client import Api, User

MEMBERS: dict[str, tuple[dict[str, object], str]] = {
    "/api/auth/signup": ({"username": "x", "email": "x@people.example", "password": "x" * 16}, "POST"),
    "/api/auth/me": ({}, "PATCH"),
    "/api/products": ({"name": "Teapot", "price": 1}, "POST"),
    "/api/counters/mine/increment": ({"by": 1}, "POST"),
    "/api/vectors": ({"sentence": "fox"}, "POST"),
    "/api/auth/refresh": ({"refresh_token": "x"}, "POST"),
}
ADDED = {
    "roles": ["admin"],
    "role": "admin",
    "is_admin": True,
    "id": 1,
    "subject": "00000000-0000-0000-0000-000000000000",
    "ver": 0,
    "email_confirmed": True,
    "disabled": False,
    "password_hash": "x",
    "owner_id": "00000000-0000-0000-0000-000000000000",
    "owner": "admin",
    "version": 1,
    "user_id": 1,
    "value": 1_000_000,
    "$where": "1",
}


@pytest.mark.parametrize("path", MEMBERS)
def test_a_member_that_is_not_the_callers_to_set_is_refused(api: Api, victim: User, path: str) -> None:
    body, method = MEMBERS[path]
    for name, value in ADDED.items():
        answer = api.request(method, path, token=victim["access_token"], json={**body, name: value})
        assert answer.status_code == 422, name
        assert name in {error["field"] for error in answer.json()["errors"]}


def test_nobody_finds_out_which_users_there_are(api: Api, victim: User) -> None:
    """Another's id and one that nobody has are told apart by nothing."""
    token = victim["access_token"]
    assert api.get(f"/api/users/{victim['id']}", token=token).status_code == 200
    for method, suffix, body in (("GET", "", None), ("DELETE", "", None), ("PATCH", "", {}), ("POST", "/revoke", None)):
        answers = [
            api.request(method, f"/api/users/{number}{suffix}", token=token, json=body) for number in (1, 999_999_999)
        ]
        assert len({(answer.status_code, answer.json()["code"]) for answer in answers}) == 1
        assert answers[0].status_code in {403, 404}


def test_anothers_session_product_and_counter_are_out_of_reach(
    api: Api, victim: User, new_user: Callable[[], User]
) -> None:
    other, token = new_user(), victim["access_token"]
    if other["username"] == victim["username"]:
        pytest.skip("needs two users")
    for session in api.get("/api/auth/sessions", token=other["access_token"]).json()["items"]:
        assert api.delete(f"/api/auth/sessions/{session['id']}", token=token).status_code == 404
    product = api.post("/api/products", token=other["access_token"], json={"name": "Teapot", "price": 1}).json()["id"]
    assert api.delete(f"/api/products/{product}", token=token).status_code == 403
    counter = f"/api/counters/{secrets.token_hex(8)}"
    assert api.post(f"{counter}/increment", token=other["access_token"], json={"by": 7}).json()["value"] == 7
    assert api.get(counter, token=token).status_code == 404
    assert api.post(f"{counter}/increment", token=token, json={}).json()["value"] == 1
    assert api.get(counter, token=other["access_token"]).json()["value"] == 7
