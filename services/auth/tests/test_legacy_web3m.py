"""web3m's clients: registration, confirmation, sign-in."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from auth.use_cases.logins import OF_NAME_AT_CLIENT
from services.auth.tests.api import PASSWORD, Api, text_of
from services.auth.tests.older_clients import told
from services.auth.tests.people import admin
from services.auth.tests.web3m_clients import API, Web3mPerson, follow, register, sign_in

MakeApi = Callable[..., Api]

SHOWN = {"user_id": 1, "username": "ada", "email": "ada@example.com", "is_email_confirmed": True}


def test_who_registers_confirms_the_email_and_signs_in(api: Api) -> None:
    assert told(register(api, roles=["admin"], is_admin=True)) == (201, ["message"])
    token = api.confirmation_token()
    page = follow(api, token, "GET")
    assert (page.status_code, page.mimetype) == (200, "text/html")
    assert 'action="/api/auth/confirm"' in page.text
    assert token in page.text
    assert sign_in(api).status_code == 401
    assert told(follow(api, token)) == told(follow(api, token)) == (200, ["message"])
    answer = sign_in(api)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    tokens = answer.get_json()
    assert {*tokens} == {"user_id", "email", "username", "access_token", "refresh_token", "is_email_confirmed"}
    assert {name: tokens[name] for name in SHOWN} == SHOWN
    assert api.me(tokens["access_token"]).get_json()["roles"] == ["user"]


def test_a_fixed_token_refreshes_and_the_new_access_token_shows_the_user(api: Api) -> None:
    ada = Web3mPerson(api)
    answers = [ada.refresh(), api.client.post(f"{API}/refresh_token", json=ada.tokens)]
    for answer in answers:
        assert told(answer) == (200, ["access_token"])
        assert answer.headers["Cache-Control"] == "no-store"
        ada.tokens["access_token"] = answer.get_json()["access_token"]
        assert ada.call("GET", "protected").get_json() == SHOWN
    assert told(api.client.post(f"{API}/refresh_token")) == (401, ["message"])
    assert told(api.client.get(f"{API}/protected")) == (401, ["message"])
    assert api.refresh(ada.tokens["refresh_token"]).status_code == 401


@pytest.mark.parametrize("policy", ["required", "optional", "off"])
def test_a_known_email_is_told_as_a_new_one_and_makes_no_account(make_api: MakeApi, policy: str) -> None:
    api = make_api(email_confirmation=policy)
    new = register(api, "ada")
    if policy == "required":
        follow(api, api.confirmation_token())
    known = register(api, "mallory", "ada@example.com", password="the stranger's password")
    assert told(new) == told(known) == (201, ["message"])
    assert new.get_json() == known.get_json()
    assert sign_in(api, password="the stranger's password").status_code == 401
    assert sign_in(api).get_json()["username"] == "ada"


WRONG: list[dict[str, object]] = [
    {"username": "ab"},
    {"username": "a" * 31},
    {"username": 7},
    {"username": "admin"},
    {"username": "ADA", "email": "other@example.com"},
    {"email": "nobody"},
    {"email": None},
    {"password": "short"},
    {"password": None},
    {"password": "password"},
]


def test_what_breaks_a_rule_or_is_taken_is_a_bad_request(api: Api) -> None:
    register(api)
    for changes in WRONG:
        body: dict[str, Any] = {"username": "eve", "email": "eve@example.com", "password": PASSWORD, **changes}
        answer = api.client.post(f"{API}/register", json=body)
        assert told(answer) == (400, ["message"]), changes
        assert PASSWORD not in answer.text
    assert told(api.client.post(f"{API}/register", data="{", content_type="application/json")) == (400, ["message"])
    assert register(api, "e" * 30).status_code == 201


def test_a_mail_is_sent_once_more_and_nobody_learns_whether(api: Api) -> None:
    Web3mPerson(api)
    register(api, "eve")
    api.mails()
    emails = ["ada@example.com", "eve@example.com", "nobody@example.com", "no address", "\ufeff" * 200]
    answers = [api.client.post(f"{API}/resend-confirmation", json={"email": email}) for email in emails]
    assert [told(answer) for answer in answers] == [(200, ["message"])] * 5
    assert len({answer.text for answer in answers}) == 1
    assert [mail["To"] for mail in api.mails() if "confirm?token=" in text_of(mail)] == ["eve@example.com"]
    for body in ({}, {"email": ""}, {"email": None}):
        assert told(api.client.post(f"{API}/resend-confirmation", json=body)) == (400, ["message"])


def expired(api: Api, subject: str) -> str:
    return api.resources.seals.stamp("qc1", subject, "1", "0" * 32)


def test_an_expired_link_is_told_from_one_that_is_not_valid_and_no_account_is_told(api: Api) -> None:
    mine = api.me(Web3mPerson(api).tokens["access_token"]).get_json()["subject"]
    nobodys = "0b5e7a52-4c0f-4f35-9d7c-6a1d3d5f8f10"
    for method in ("GET", "POST"):
        late = [follow(api, expired(api, subject), method) for subject in (mine, nobodys)]
        wrong = [follow(api, token, method) for token in ("x", expired(api, mine)[:-1], "é", "a" * 4000)]
        assert {told(answer)[0] for answer in (*late, *wrong)} == {400}
        assert [answer.get_json() for answer in late] == [{"message": "This link has expired: ask for a new mail."}] * 2
        assert len({answer.text for answer in wrong}) == 1
        assert "expired" not in wrong[0].text
    assert len({text_without_id(api.confirm(token)) for token in (expired(api, mine), "x")}) == 1


def text_without_id(answer: Any) -> str:
    return re.sub(r'"request_id":"\w+"', "", answer.text)


BODIES = ("{", "[]", "null", '{"email": "ada@example.com", "password": "\\ud800"}')


def test_every_sign_in_that_fails_is_told_alike(api: Api) -> None:
    root, ada = admin(api), Web3mPerson(api)
    register(api, "eve")
    assert root.patch(f"/api/users/{ada.tokens['user_id']}", disabled=True).status_code == 200
    emails: list[object] = ["ada@example.com", "eve@example.com", "nobody@example.com", "", None, 7, ["x"], "x" * 300]
    answers = [sign_in(api, email) for email in emails]
    answers += [sign_in(api, "root@example.com", password) for password in ("wrong", "", None, "x" * 300)]
    answers += [api.client.post(f"{API}/signin", data=data, content_type="application/json") for data in BODIES]
    assert {told(answer)[0] for answer in answers} == {401}
    assert len({answer.text for answer in answers}) == 1
    headers = [{name: value for name, value in answer.headers if name != "X-Request-ID"} for answer in answers]
    assert all(each == headers[0] for each in headers)


def test_guessing_is_slowed_down_as_everywhere(api: Api) -> None:
    for _ in range(OF_NAME_AT_CLIENT.free):
        assert sign_in(api, password="a wrong password").status_code == 401
    answer = sign_in(api)
    assert (answer.status_code, answer.mimetype) == (429, "application/problem+json")
    assert answer.get_json()["message"] == answer.get_json()["error"] == answer.get_json()["detail"]
    assert int(answer.headers["Retry-After"]) >= 1
    login = {"email": "ada@example.com", "password": PASSWORD}
    assert api.client.post("/api/auth/login", json=login).status_code == 429
