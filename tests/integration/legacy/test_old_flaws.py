"""Flaws of the older systems' accounts that must not come back, at their routes least of all."""

import secrets
from collections.abc import Callable

import pytest
import requests

from quartet.testing.waiting import eventually
from tests.integration.legacy import preqlin_client, web3m_client
from tests.integration.legacy.answers import bearer, told
from tests.integration.legacy.routes import LOGINS, credentials
from tests.integration.platform_choice import Platform
from tests.integration.platform_client import TIMEOUT, Api, User, confirmation_token, wait_for_mail

NewUser = Callable[[], User]

AT_ONCE = 1.0
CONNECTIONS = 40


@pytest.fixture
def read_mail(api: Api) -> Callable[[str], str]:
    """The text of the newest mail to an address."""
    return lambda email: wait_for_mail(api, email)["text"]


def test_any_password_logs_in(api: Api, new_user: NewUser) -> None:
    user = new_user()
    right = user["password"]
    for path in LOGINS:
        for wrong in ("", "x", right + "x", right[:-1], right.swapcase()):
            assert api.post(path, json=credentials(path, user, wrong)).status_code in (400, 401), (path, wrong)
        assert api.post(path, json=credentials(path, user)).status_code == 200, path


def test_passwords_in_clear(platform: Platform, api: Api) -> None:
    """Neither kept nor logged: the right one, one that was refused, and one that was mistyped."""
    name = f"eve{secrets.token_hex(5)}"
    right, short, mistyped = f"{secrets.token_hex(12)} kept", "Zq7", f"{secrets.token_hex(12)} mistyped"
    body = {"username": name, "email": f"{name}@people.example", "password": right}
    for password in (short, right):
        api.post("/legacy/preqlin/register", json=body | {"password": password})
    for path, by in LOGINS.items():
        for password in (right, mistyped):
            api.post(path, json={by: body[by], "password": password})
    kept = eventually(lambda: name in (dump := platform.stored("auth")) and dump)
    (row,) = [line for line in kept.splitlines() if f"'{name}'" in line and "$argon2id$" in line]
    assert row
    for text in (kept, platform.last_words(1_000_000)):
        assert right not in text
        assert mistyped not in text


def test_mail_never_sent(api: Api) -> None:
    for path in ("/legacy/preqlin/register", "/legacy/web3m/api/v1/register", "/legacy/catalog/api/auth/signup"):
        name = f"fay{secrets.token_hex(5)}"
        body = {"username": name, "email": f"{name}@people.example", "password": "a teapot for two people"}
        assert api.post(path, json=body).status_code in (201, 202)
        assert confirmation_token(wait_for_mail(api, body["email"]))


@pytest.mark.parametrize("route", ["/legacy/preqlin/user_confirm/", "/legacy/web3m/confirm-email/"])
def test_confirmation_by_guessable_id(api: Api, route: str) -> None:
    person = preqlin_client.Person(f"{api.url}/legacy/preqlin", lambda email: wait_for_mail(api, email)["text"])
    body = {"username": person.username, "email": person.email, "password": preqlin_client.PASSWORD}
    told(person.post("/register", body), 201, "message")
    token = confirmation_token(wait_for_mail(api, person.email))
    middle = len(token) // 2
    neighbours = [token[:-1], f"{token}A", token[:-1] + ("A" if token[-1] != "A" else "B"), token.swapcase()]
    neighbours += [token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :] for at in (middle, middle + 5)]
    for guess in (*map(str, range(40)), person.username, person.email, *neighbours):
        assert api.post(route + guess).status_code in (400, 404), guess
    told(person.log_in(), 400, "message")
    told(api.post(route + token), 200, "message")
    assert person.log_in().status_code == 200


def test_user_routes_without_a_token(api: Api, new_user: NewUser) -> None:
    user, other = new_user(), new_user()
    one = f"/user/{user['id']}"
    for prefix in ("/legacy/preqlin", ""):
        for method in ("GET", "DELETE"):
            answer = api.request(method, prefix + one)
            told(answer, 401, "error", at_least=True)
            assert user["email"] not in answer.text
            told(api.request(method, prefix + one, token=other["access_token"]), 404, "message")
    for prefix in ("/legacy/web3m", ""):
        for method, path in (("GET", "protected"), ("PUT", "users"), ("DELETE", "users"), ("DELETE", "users/")):
            answer = api.request(method, f"{prefix}/api/v1/{path}", json={"username": "somebody"})
            told(answer, 401, "message", at_least=True)
    assert api.get(f"/legacy/preqlin{one}", token=user["access_token"]).json()["email"] == user["email"]


def test_logout_that_holds_in_one_worker_only(platform: Platform, api: Api, new_user: NewUser) -> None:
    """Each call has a connection of its own, so that every worker is asked."""
    user = new_user()
    login = api.post("/legacy/preqlin/login", json=credentials("/legacy/preqlin/login", user)).json()
    headers = bearer(login["token"]) | {"Connection": "close"}
    paths = (f"/legacy/preqlin/user/{user['id']}", "/legacy/web3m/api/v1/protected", "/legacy/flask-api/api/count")

    def statuses(base: str, *paths: str) -> set[int]:
        """What the workers behind an address answer."""
        calls = (base + path for _ in range(CONNECTIONS // len(paths)) for path in paths)
        return {requests.get(url, headers=headers, timeout=TIMEOUT).status_code for url in calls}

    assert statuses(api.url, *paths) == {200}
    told(api.post("/legacy/preqlin/logout", token=login["token"]), 200, "message")
    assert statuses(platform.address("auth"), *paths[:2]) == {401}
    eventually(lambda: requests.get(api.url + paths[2], headers=headers, timeout=TIMEOUT).status_code == 401, AT_ONCE)
    assert statuses(api.url, *paths) == {401}


def test_unhashed_password_after_an_update(
    platform: Platform, api: Api, new_user: NewUser, read_mail: Callable[[str], str]
) -> None:
    user, new = new_user(), f"{secrets.token_hex(12)} changed"
    person = web3m_client.Person(f"{api.url}/legacy/web3m", read_mail)
    token = person.sign_in(user["email"], user["password"]).json()["access_token"]
    told(person.ask("PUT", "/api/v1/users", {"password": new}, token), 200, "message")
    kept = platform.stored("auth")  # before a login would mend it
    assert new not in kept
    (row,) = [line for line in kept.splitlines() if f"'{user['username']}'" in line and "$argon2id$" in line]
    assert row
    told(person.sign_in(user["email"], user["password"]), 401, "message")
    assert person.sign_in(user["email"], new).status_code == 200


def test_links_built_from_the_host_header(api: Api) -> None:
    """Whoever registers somebody else must not choose where the link of the mail leads."""
    evil = "evil.example"
    forged = {
        "X-Forwarded-Host": evil,
        "X-Forwarded-Server": evil,
        "Forwarded": f"host={evil}",
        "X-Original-Host": evil,
    }
    links = []
    for headers in ({}, forged, forged | {"Host": evil}):
        name = f"gus{secrets.token_hex(5)}"
        body = {"username": name, "email": f"{name}@people.example", "password": "a teapot for two people"}
        for path in ("/legacy/preqlin/register", "/register"):
            answer = api.post(path, json=body, headers=headers)
        if headers.get("Host") and answer.status_code in (400, 421):
            continue  # such a host is not answered at all
        mail = wait_for_mail(api, body["email"])
        assert evil not in mail["text"] + mail["html"] + mail["subject"]
        links.append(mail["text"].split("?token=")[0].rsplit(maxsplit=1)[-1])
    assert len(links) >= 2
    assert len(set(links)) == 1, links
    for path in ("/legacy/web3m/web3m-admin", "/web3m-admin"):
        for headers in (forged, forged | {"Host": evil}):
            answer = api.get(path, headers=headers, allow_redirects=False)
            assert evil not in answer.headers.get("Location", "") + answer.text
