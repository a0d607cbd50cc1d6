"""What people do on a platform, so that every part of it has something to tell."""

import itertools
import json

import pytest
import requests

from quartet.testing.waiting import eventually
from tests.integration.platform_client import Api, User, log_in, sign_up
from tests.integration.platform_compose import ComposePlatform


def drive(api: Api, admin: User) -> None:
    """Right and wrong logins, products, counters, sentences, a user who leaves, and somebody who calls too often."""
    user, leaver = sign_up(api), sign_up(api)
    visit_auth(api, user)
    visit_catalog(api, user)
    visit_counter(api, user)
    visit_vectors(api, user)
    leave(api, leaver, admin)
    assert api.get("/api/nowhere").status_code == 404
    assert api.get("/api/count", token="not.a.token").status_code == 401
    call_too_often(api)


def visit_auth(api: Api, user: User) -> None:
    wrong = {"username": user["username"], "password": "not the password"}
    assert api.post("/api/auth/login", json=wrong).status_code == 401
    assert api.get("/api/auth/me", token=user["access_token"]).status_code == 200
    once = api.post("/api/auth/refresh", json={"refresh_token": user["refresh_token"]})
    assert once.status_code == 200, once.text
    assert api.post("/api/auth/refresh", json={"refresh_token": "qr1.x"}).status_code in {401, 422}
    again = log_in(api, user["username"], user["email"], user["password"])
    assert api.post("/api/auth/logout", token=again["access_token"]).status_code == 204


def visit_catalog(api: Api, user: User) -> None:
    token = user["access_token"]
    made = api.post("/api/products", token=token, json={"name": "Tea", "price": 3.5})
    assert made.status_code == 201, made.text
    path = made.headers["Location"]
    changed = api.patch(path, token=token, headers={"If-Match": made.headers["ETag"]}, json={"price": 4})
    assert changed.status_code == 200, changed.text
    lines = "\n".join(json.dumps({"name": f"Tea {number}", "price": 1}) for number in range(3))
    imported = api.post(
        "/api/products/import", token=token, data=lines, headers={"Content-Type": "application/x-ndjson"}
    )
    assert imported.status_code == 200, imported.text
    assert api.get("/api/products").status_code == api.get("/api/products").status_code == 200
    assert api.get("/api/products/export").status_code == 200
    assert api.delete(path, token=token).status_code == 204


def visit_counter(api: Api, user: User) -> None:
    token = user["access_token"]
    assert api.get("/api/ping").status_code == 200
    assert api.get("/api/count", token=token).status_code == 200
    assert api.post("/api/counters/tea/increment", token=token, json={}).status_code == 200
    with api.get("/api/counters/tea/stream", token=token, stream=True) as stream:
        assert next(stream.iter_lines())


def visit_vectors(api: Api, user: User) -> None:
    for model in ("random", "semantic"):
        body = {"sentence": "A pot of tea", "model": model}
        answer = api.post("/api/vectors", token=user["access_token"], json=body)
        assert answer.status_code == 200, answer.text


def leave(api: Api, user: User, admin: User) -> None:
    """One who has a product; it is gone when catalog has heard of it."""
    token = user["access_token"]
    path = api.post("/api/products", token=token, json={"name": "Coffee", "price": 1}).headers["Location"]
    assert api.delete(f"/api/users/{user['id']}", token=admin["access_token"]).status_code == 204
    eventually(lambda: api.get(path).status_code == 404, within=60)


def miss_auth(platform: ComposePlatform, api: Api, user: User) -> None:
    """A gateway that starts without auth has no keys; workers that need auth fail for a while."""
    platform.stop("auth")
    platform.stop("gateway")
    platform.start("gateway")

    def refused() -> bool:
        try:
            answer = api.get("/api/count", token=user["access_token"])
        except requests.ConnectionError:
            return False
        return answer.status_code == 503 and bool(answer.json()["code"] == "not_ready")

    eventually(refused, within=60)
    platform.start("auth")
    platform.wait_healthy()


def call_too_often(api: Api) -> None:
    for attempt in itertools.count():
        if api.post("/api/auth/login", json={}).status_code == 429:
            return
        if attempt > 500:
            pytest.fail("the limit of log-ins is never met")
