"""Sign up and confirm, as people meet it."""

from collections.abc import Callable
from typing import Any

import pytest

from services.auth.tests.api import PASSWORD, Api, text_of

MakeApi = Callable[..., Api]


def test_who_signs_up_gets_a_mail_confirms_and_logs_in(api: Api) -> None:
    pending = api.sign_up("ada")
    assert pending.status_code == 202
    assert pending.get_json()["email_confirmed"] is False
    assert api.log_in("ada").get_json()["code"] == "email_not_confirmed"

    token = api.confirmation_token()
    confirmed = api.confirm(token)
    assert confirmed.status_code == 200
    assert confirmed.get_json()["user"]["email_confirmed"] is True

    login = api.log_in("ada").get_json()
    assert login["token_type"] == "Bearer"
    assert login["expires_in"] == 900
    me = api.me(login["access_token"]).get_json()
    assert me["username"] == "ada"
    assert me["roles"] == ["user"]


def test_the_confirmation_page_changes_nothing(api: Api) -> None:
    api.sign_up("ada")
    token = api.confirmation_token()
    for _ in range(3):
        page = api.client.get("/api/auth/confirm", query_string={"token": token})
        assert page.status_code == 200
        assert page.mimetype == "text/html"
        assert token in page.text
        assert page.headers["Referrer-Policy"] == "no-referrer"
    assert api.log_in("ada").status_code == 403


def test_the_form_of_the_page_confirms_and_answers_with_a_page(api: Api) -> None:
    api.sign_up("ada")
    page = api.client.post("/api/auth/confirm", data={"token": api.confirmation_token()})
    assert page.status_code == 200
    assert page.mimetype == "text/html"
    assert api.log_in("ada").status_code == 200


def test_a_page_shows_what_it_was_given_as_text(api: Api) -> None:
    page = api.client.get("/api/auth/confirm", query_string={"token": '"><script>alert(1)</script>'})
    assert "<script>" not in page.text


def test_confirming_again_changes_nothing(api: Api) -> None:
    api.sign_up("ada")
    token = api.confirmation_token()
    assert api.confirm(token).status_code == 200
    assert api.confirm(token).status_code == 200


@pytest.mark.parametrize("token", ["x", "qc1.a.b.c.d", "qr1.a.b.c.d", "qc1...", "é", "qc1." + "a" * 400])
def test_a_made_up_confirmation_is_refused(api: Api, token: str) -> None:
    assert api.confirm(token).get_json()["code"] == "confirmation_not_found"


def test_a_confirmation_expires(make_api: MakeApi) -> None:
    api = make_api(confirmation_ttl=1)
    stamp = api.resources.seals.stamp("qc1", "0b5e7a52-4c0f-4f35-9d7c-6a1d3d5f8f10", "1")
    assert api.confirm(stamp).status_code == 404


def test_a_later_sign_up_replaces_the_pending_one_with_its_password(api: Api) -> None:
    api.sign_up("stranger", "ada@example.com", "the stranger's password")
    strangers = api.confirmation_token()
    api.sign_up("ada", "ada@example.com")
    assert api.confirm(strangers).status_code == 404
    assert api.confirm(api.confirmation_token()).status_code == 200
    assert api.log_in("stranger", "the stranger's password").status_code == 401
    assert api.log_in("ada").status_code == 200


def test_a_known_email_answers_like_a_new_one_and_its_owner_gets_a_notice(api: Api) -> None:
    api.user("ada")
    known = api.sign_up("eve", "ada@example.com")
    new = api.sign_up("bob", "bob@example.com")
    assert known.status_code == new.status_code == 202
    assert known.get_json()["message"] == new.get_json()["message"]
    notice, confirmation = api.mails()
    assert notice["To"] == "ada@example.com"
    assert "confirm?token=" not in text_of(notice)
    assert "confirm?token=" in text_of(confirmation)
    assert api.sign_up("eve", "ada@example.com").status_code == 202
    assert api.sign_up("eve", "other@example.com").status_code == 409


def test_a_user_name_is_taken_whatever_its_case(api: Api) -> None:
    api.user("ada")
    answer = api.sign_up("ADA", "another@example.com")
    assert answer.status_code == 409
    assert answer.get_json()["code"] == "username_taken"


def test_where_confirmation_is_optional_an_account_is_ready_at_once(make_api: MakeApi) -> None:
    api = make_api(email_confirmation="optional")
    answer = api.sign_up("ada")
    assert answer.status_code == 201
    found = answer.get_json()
    assert found["email_confirmed"] is False
    assert api.me(found["access_token"]).status_code == 200
    assert api.sign_up("eve", "Ada@Example.com").get_json()["code"] == "email_taken"
    assert api.confirm(api.confirmation_token()).get_json()["user"]["email_confirmed"] is True


def test_where_confirmation_is_off_an_email_may_be_left_out(make_api: MakeApi) -> None:
    api = make_api(email_confirmation="off")
    body = {"username": "ada", "password": PASSWORD}
    assert api.client.post("/api/auth/signup", json=body).status_code == 201
    assert api.mails() == []


def test_an_email_is_needed_where_it_must_be_confirmed(api: Api) -> None:
    answer = api.client.post("/api/auth/signup", json={"username": "ada", "password": PASSWORD})
    assert answer.status_code == 422
    assert answer.get_json()["errors"] == [{"field": "email", "message": "Field required"}]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"username": "a"}, "username"),
        ({"username": "-ada"}, "username"),
        ({"username": "a da"}, "username"),
        ({"username": "ada\n"}, "username"),
        ({"username": "ada@example.com"}, "username"),
        ({"username": 7}, "username"),
        ({"email": "nobody"}, "email"),
        ({"email": "a\u0000@example.com"}, "email"),
        ({"password": "short"}, "password"),
        ({"password": "x" * 257}, "password"),
        ({"admin": True}, "admin"),
    ],
)
def test_bad_input_names_the_field_and_never_echoes_the_password(api: Api, changes: dict[str, Any], field: str) -> None:
    body = {"username": "ada", "email": "ada@example.com", "password": PASSWORD, **changes}
    answer = api.client.post("/api/auth/signup", json=body)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.get_json()["errors"]] == [field]
    assert str(body["password"]) not in answer.text
