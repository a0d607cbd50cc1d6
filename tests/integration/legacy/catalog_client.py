"""A client of catalog, the products and their owners, as its users wrote theirs."""

import secrets
from typing import Any

import requests

from tests.integration.legacy.answers import bearer, told

WAIT = 10
PASSWORD = "a teapot for two people"
USER = ("id", "username", "email")


def new_body() -> dict[str, str]:
    name = f"cem{secrets.token_hex(5)}"
    return {"username": name, "email": f"{name}@people.example", "password": PASSWORD}


def sign_up(base: str) -> dict[str, Any]:
    """Sign up, and be logged in; return the answer."""
    body = new_body()
    answer = requests.post(f"{base}/api/auth/signup", json=body, timeout=WAIT)
    account = told(answer, 201, "message", *USER, "access_token", "refresh_token", "user")
    assert account["user"] == {member: account[member] for member in USER}
    assert (account["username"], account["email"]) == (body["username"], body["email"])
    refuse_sign_ups(base, body)
    return dict(account)


def sign_up_to_confirm(base: str) -> dict[str, str]:
    """Sign up where the address is confirmed first; return what was sent."""
    body = new_body()
    told(requests.post(f"{base}/api/auth/signup", json=body, timeout=WAIT), 202, "message", at_least=True)
    refuse_sign_ups(base, body)
    credentials = {"username": body["username"], "password": PASSWORD}
    told(requests.post(f"{base}/api/auth/login", json=credentials, timeout=WAIT), 401, "error")
    return body


def refuse_sign_ups(base: str, taken: dict[str, str]) -> None:
    missing = [{key: taken[key] for key in taken if key != member} for member in ("username", "password")]
    for bad in (taken | {"email": f"other-{taken['email']}"}, *missing):
        told(requests.post(f"{base}/api/auth/signup", json=bad, timeout=WAIT), 400, "error")


def log_in(base: str, username: str, password: str = PASSWORD) -> str:
    """Log in, be refused with another password, and refresh; return an access token."""
    url, body = f"{base}/api/auth/login", {"username": username, "password": password}
    told(requests.post(url, json=body | {"password": "any password"}, timeout=WAIT), 401, "error")
    login = told(requests.post(url, json=body, timeout=WAIT), 200, "access_token", "refresh_token", "user")
    assert set(USER) <= login["user"].keys()
    assert login["user"]["username"] == username
    for method in ("GET", "POST", "GET"):
        answer = requests.request(
            method, f"{base}/api/auth/refresh", headers=bearer(login["refresh_token"]), timeout=WAIT
        )
        token = told(answer, 200, "access_token")["access_token"]
    return str(token)


def keep_products(base: str, token: str, token_of_other: str) -> None:
    """Offer a teapot, see it in the lists, and take it away; others cannot."""
    url, mine = f"{base}/api/products", bearer(token)
    teapot = {"name": f"Teapot {secrets.token_hex(4)}", "description": "for two", "price": 19.5}
    made = told(requests.post(url, json=teapot, headers=mine, timeout=WAIT), 201, "id", *teapot)
    assert {member: made[member] for member in teapot} == teapot

    def everything() -> list[dict[str, Any]]:
        return list(told(requests.get(url, timeout=WAIT), 200))

    (seen,) = [product for product in everything() if product["id"] == made["id"]]
    assert seen.keys() == {*made, "owner"}
    assert isinstance(seen["owner"], str)
    assert told(requests.get(f"{url}/my", headers=mine, timeout=WAIT), 200) == [made]
    told(requests.get(f"{url}/my", timeout=WAIT), 401, "error", at_least=True)

    for bad in ({"name": "Teapot"}, {"price": 1}, teapot | {"price": "dear"}, teapot | {"price": -1}):
        told(requests.post(url, json=bad, headers=mine, timeout=WAIT), 400, "error")
    assert told(requests.get(f"{url}/my", headers=mine, timeout=WAIT), 200) == [made]

    one = f"{url}/{made['id']}"
    told(requests.delete(one, headers=bearer(token_of_other), timeout=WAIT), 403, "error")
    told(requests.delete(one, headers=mine, timeout=WAIT), 200, "message")
    told(requests.delete(one, headers=mine, timeout=WAIT), 404, "error")
    assert told(requests.get(f"{url}/my", headers=mine, timeout=WAIT), 200) == []
