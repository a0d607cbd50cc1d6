"""catalog's clients: their sign-up, their login, and a refresh token that stays the same."""

from collections.abc import Callable
from typing import Any

import pytest

from services.auth.tests.api import PASSWORD, Api, bearer
from services.auth.tests.older_clients import told

MakeApi = Callable[..., Api]

ADA = {"username": "ada", "email": "ada@example.com", "password": PASSWORD}
SHOWN = {"id": 1, "username": "ada", "email": "ada@example.com"}


def sign_up(api: Api, **changes: object) -> Any:
    body = {name: value for name, value in {**ADA, **changes}.items() if value is not None}
    return api.client.post("/legacy/catalog/api/auth/signup", json=body)


def log_in(api: Api, **body: object) -> Any:
    return api.client.post("/legacy/catalog/api/auth/login", json={"password": PASSWORD, **body})


def refresh(api: Api, token: str, method: str = "POST") -> Any:
    return api.client.open("/legacy/catalog/api/auth/refresh", method=method, headers=bearer(token))


@pytest.mark.parametrize("policy", ["off", "optional"])
def test_who_signs_up_where_nothing_must_be_confirmed_is_logged_in(make_api: MakeApi, policy: str) -> None:
    api = make_api(email_confirmation=policy)
    answer = sign_up(api, nobody_knows=1, roles=["admin"])
    assert answer.status_code == 201
    assert answer.headers["Cache-Control"] == "no-store"
    found = answer.get_json()
    assert {*found} == {"message", "id", "username", "email", "access_token", "refresh_token", "user"}
    assert found["user"] == SHOWN == {name: found[name] for name in SHOWN}
    assert api.me(found["access_token"]).get_json()["roles"] == ["user"]
    assert told(refresh(api, found["refresh_token"])) == (200, ["access_token"])
    assert api.refresh(found["refresh_token"]).status_code == 401


def test_where_an_email_must_be_confirmed_a_known_one_answers_as_a_new_one(api: Api) -> None:
    api.user("ada")
    new, known = sign_up(api, username="eve", email="eve@example.com"), sign_up(api, username="mallory")
    assert told(new) == told(known) == (202, ["message"])
    assert new.get_json() == known.get_json()
    assert [mail["To"] for mail in api.mails()] == ["eve@example.com", "ada@example.com"]


WRONG: list[dict[str, object]] = [
    {"username": None},
    {"email": None},
    {"password": None},
    {"username": 7},
    {"username": "admin"},
    {"username": "\u0430da"},  # a Cyrillic letter among Latin ones
    {"email": "nobody"},
    {"password": "password"},
    {"password": "ada@example.com"},
    {"username": "ADA", "email": "other@example.com"},
    {"username": "eve", "email": "Ada@Example.com"},
]


def test_what_breaks_a_rule_or_is_taken_is_a_bad_request(make_api: MakeApi) -> None:
    api = make_api(email_confirmation="optional")
    assert api.sign_up("ada").status_code == 201
    for changes in WRONG:
        answer = sign_up(api, **changes)
        assert told(answer) == (400, ["error"]), changes
        assert PASSWORD not in answer.text


def test_a_body_that_is_no_json_is_a_bad_request(api: Api) -> None:
    for path in ("signup", "login", "refresh"):
        answer = api.client.post(f"/legacy/catalog/api/auth/{path}", data="{", content_type="application/json")
        assert told(answer) == (400, ["error"])


@pytest.mark.parametrize("name", [{"username": "ADA"}, {"email": "ada@EXAMPLE.com"}])
def test_a_login_by_name_or_email_begins_a_session(api: Api, name: dict[str, str]) -> None:
    api.user("ada")
    answer = log_in(api, **name)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    found = answer.get_json()
    assert {*found} == {"access_token", "refresh_token", "user"}
    assert found["user"] == SHOWN
    assert api.me(found["access_token"]).status_code == 200


def test_only_the_right_password_is_told_what_is_missing(api: Api) -> None:
    api.sign_up("ada")
    unknown, wrong = log_in(api, username="nobody"), log_in(api, username="ada", password="not the password")
    assert told(unknown) == told(wrong) == (401, ["error"])
    assert unknown.get_json() == wrong.get_json()
    right = log_in(api, username="ada")
    assert told(right) == (401, ["error"])
    assert right.get_json() == {"error": api.log_in("ada").get_json()["detail"]} != wrong.get_json()
    assert {answer.headers["WWW-Authenticate"] for answer in (unknown, wrong, right)} == {'Bearer realm="quartet"'}


def test_a_login_without_a_name_is_a_bad_request(api: Api) -> None:
    assert told(log_in(api)) == (400, ["error"])


def test_the_refresh_token_is_sent_as_bearer_or_in_the_body(api: Api) -> None:
    api.user("ada")
    token = log_in(api, username="ada").get_json()["refresh_token"]
    in_body = api.client.post("/legacy/catalog/api/auth/refresh", json={"refresh_token": token})
    for answer in (refresh(api, token), refresh(api, token, "GET"), in_body):
        assert told(answer) == (200, ["access_token"])
        assert answer.headers["Cache-Control"] == "no-store"
        assert api.me(answer.get_json()["access_token"]).status_code == 200


@pytest.mark.parametrize("method", ["POST", "GET"])
def test_no_other_token_refreshes(api: Api, method: str) -> None:
    rotated = api.user("ada")
    for token in (rotated["refresh_token"], rotated["access_token"], "x"):
        assert told(refresh(api, token, method)) == (401, ["error"])
    for header in ("", "Bearer", "Bearer ", "no-space", "Basic x", "Bearer ql1.\u00e9", "Bearer " + "a" * 6000):
        answer = api.client.open("/legacy/catalog/api/auth/refresh", method=method, headers={"Authorization": header})
        assert told(answer) == (401, ["error"]), header
