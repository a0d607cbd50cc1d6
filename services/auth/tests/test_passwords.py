"""Forgotten, reset and changed passwords, as their owners meet them."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select, update

from auth.callers import COMMAND_LINE
from auth.models import AuditEntry, User
from auth.use_cases import accounts
from quartet.errors import InvalidInput
from services.auth.tests.api import PASSWORD, Api, bearer, text_of

MakeApi = Callable[..., Api]

NEW = "an even better horse"


def forgot(api: Api, email: str = "ada@example.com") -> Any:
    return api.client.post("/api/auth/password/forgot", json={"email": email})


def mailed(api: Api) -> tuple[str, str]:
    """Ask for a mail; return the token and the code that it holds."""
    assert forgot(api).status_code == 202
    (mail,) = api.mails()
    token = re.search(r"https://quartet.example/api/auth/password/reset\?token=(\S+)", text_of(mail))
    code = re.search(r"\b\d{6}\b", text_of(mail))
    assert token
    assert code
    return token[1], code[0]


def reset(api: Api, password: str = NEW, **proof: str) -> Any:
    return api.client.post("/api/auth/password/reset", json={**proof, "password": password})


def change(api: Api, token: str, current: str = PASSWORD, password: str = NEW) -> Any:
    body = {"current_password": current, "password": password}
    return api.client.post("/api/auth/password/change", json=body, headers=bearer(token))


def entries(api: Api) -> list[str]:
    with api.resources.database.reading() as session:
        return [each.action for each in session.scalars(select(AuditEntry).order_by(AuditEntry.id))]


@pytest.mark.parametrize("way", ["link", "code"])
def test_who_reads_the_mail_sets_a_new_password_and_all_sessions_end(api: Api, way: str) -> None:
    sessions = [api.user("ada"), api.log_in("ada").get_json()]
    token, code = mailed(api)
    proof = {"token": token} if way == "link" else {"email": "Ada@Example.com", "code": code}
    answer = reset(api, **proof)
    assert (answer.status_code, answer.data) == (204, b"")
    assert "Set-Cookie" not in answer.headers
    for each in sessions:
        assert api.me(each["access_token"]).get_json()["code"] == "token_revoked"
        assert api.refresh(each["refresh_token"]).status_code == 401
    (event,) = api.events()
    assert (event["type"], event["value"]) == ("user.revoked", "1")
    assert api.log_in("ada").status_code == 401
    assert api.log_in("ada", NEW).status_code == 200
    (notice,) = api.mails()
    assert (notice["To"], "assword" in notice["Subject"]) == ("ada@example.com", True)
    assert "password.reset" in entries(api)


def test_a_mail_is_good_for_one_reset_by_link_or_by_code(api: Api) -> None:
    api.user("ada")
    token, code = mailed(api)
    assert reset(api, token=token).status_code == 204
    for proof in ({"token": token}, {"email": "ada@example.com", "code": code}):
        assert reset(api, "yet another horse", **proof).get_json()["code"] == "reset_not_found"
    assert api.log_in("ada", NEW).status_code == 200


def test_a_changed_password_ends_the_links_before_it(api: Api) -> None:
    login = api.user("ada")
    token, code = mailed(api)
    assert change(api, login["access_token"]).status_code == 204
    assert reset(api, token=token).status_code == 404
    assert reset(api, email="ada@example.com", code=code).status_code == 404


@pytest.mark.parametrize("token", ["x", "qp1.a.b.c.d", "qc1.a.b.c.d", "qp1...", "é", "qp1." + "a" * 400])
def test_a_made_up_link_resets_nothing(api: Api, token: str) -> None:
    assert reset(api, token=token).get_json()["code"] == "reset_not_found"
    assert api.client.get("/api/auth/password/reset", query_string={"token": token}).status_code == 404


def test_a_confirmation_link_sets_no_password(api: Api) -> None:
    api.sign_up("ada")
    assert reset(api, token=api.confirmation_token()).status_code == 404


def test_a_wrong_code_resets_nothing_and_five_end_the_right_one(make_api: MakeApi) -> None:
    api = make_api(throttle_factor=100)
    api.user("ada")
    _, code = mailed(api)
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    for _ in range(5):
        assert reset(api, email="ada@example.com", code=wrong).get_json()["code"] == "reset_not_found"
    assert reset(api, email="ada@example.com", code=code).status_code == 404
    assert api.log_in("ada").status_code == 200


def test_forgot_answers_alike_whoever_has_the_address(api: Api) -> None:
    api.user("ada")
    api.sign_up("bob")
    api.mails()
    answers = [forgot(api, email) for email in ("ada@example.com", "bob@example.com", "nobody@example.com")]
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.data for answer in answers}) == 1
    assert [mail["To"] for mail in api.mails()] == ["ada@example.com"]


def test_a_reset_confirms_the_address(make_api: MakeApi) -> None:
    api = make_api(email_confirmation="optional")
    api.sign_up("ada")
    api.mails()
    token, _ = mailed(api)
    assert reset(api, token=token).status_code == 204
    assert api.log_in("ada", NEW).get_json()["user"]["email_confirmed"] is True


def test_a_disabled_account_is_not_reset(api: Api) -> None:
    api.user("ada")
    token, code = mailed(api)
    with api.resources.database.writing() as session:
        session.execute(update(User).values(disabled_at=datetime.now(UTC)))
        session.commit()
    assert reset(api, token=token).status_code == 404
    assert reset(api, email="ada@example.com", code=code).status_code == 404
    forgot(api)
    assert api.mails() == []


@pytest.mark.parametrize("way", ["reset", "change"])
def test_a_change_of_address_that_waits_ends_with_the_old_password(api: Api, way: str) -> None:
    login = api.user("ada")
    body = {"email": "eve@example.com", "password": PASSWORD}
    assert api.client.patch("/api/auth/me", json=body, headers=bearer(login["access_token"])).status_code < 300
    theirs = api.confirmation_token()
    if way == "reset":
        assert reset(api, token=mailed(api)[0]).status_code == 204
    else:
        assert change(api, login["access_token"]).status_code == 204
    assert api.confirm(theirs).status_code == 404
    assert api.log_in("ada", NEW).get_json()["user"]["email"] == "ada@example.com"


def test_changing_the_password_ends_the_other_sessions_and_keeps_this_one(api: Api) -> None:
    login, other = api.user("ada"), api.log_in("ada").get_json()
    assert change(api, login["access_token"]).status_code == 204
    assert api.me(login["access_token"]).status_code == 200
    assert api.refresh(login["refresh_token"]).status_code == 200
    assert api.me(other["access_token"]).get_json()["code"] == "token_revoked"
    assert [event["type"] for event in api.events()] == ["session.revoked"]
    assert api.log_in("ada").status_code == 401
    assert api.log_in("ada", NEW).status_code == 200
    assert [mail["To"] for mail in api.mails()] == ["ada@example.com"]
    assert "password.changed" in entries(api)


def test_a_change_needs_the_present_password_and_slows_guessing_down(api: Api) -> None:
    login = api.user("ada")
    for _ in range(5):
        assert change(api, login["access_token"], "not the password").get_json()["code"] == "wrong_password"
    refused = change(api, login["access_token"])
    assert refused.get_json()["code"] == "rate_limited"
    assert int(refused.headers["Retry-After"]) >= 1
    assert api.log_in("ada").status_code == 200


def test_the_password_is_one_however_its_letters_are_composed(api: Api) -> None:
    api.sign_up("ada", password="re\u0301ve d'un cheval")
    api.confirm(api.confirmation_token())
    assert api.log_in("ada", "r\u00e9ve d'un cheval").status_code == 200


TOO_COMMON, NO_NAME = "one of the most common", "must not be the user name or the e-mail"
BAD = {
    "short": "at least 8",
    "e\u0301" * 7: "at least 8",
    "x" * 257: "at most 256",
    "password1": TOO_COMMON,
    "PassWord1": TOO_COMMON,
    "Ada.Byron": NO_NAME,
    "ADA.LOVELACE": NO_NAME,
    "ada.lovelace@example.com": NO_NAME,
}


@pytest.mark.parametrize(("password", "rule"), BAD.items())
def test_a_password_that_breaks_a_rule_is_refused_wherever_it_is_chosen(api: Api, password: str, rule: str) -> None:
    def refused(answer: Any) -> None:
        assert answer.status_code == 422
        (error,) = answer.get_json()["errors"]
        assert error["field"] == "password"
        assert rule in error["message"]
        assert password not in answer.text

    email = "ada.lovelace@example.com"
    refused(api.sign_up("ada.byron", email, password))
    api.sign_up("ada.byron", email)
    api.confirm(api.confirmation_token())
    login = api.log_in("ada.byron").get_json()
    refused(change(api, login["access_token"], PASSWORD, password))
    forgot(api, email)
    text = text_of(api.mails()[-1])
    found, code = re.search(r"reset\?token=(\S+)", text), re.search(r"\b\d{6}\b", text)
    assert found
    assert code
    refused(reset(api, password, token=found[1]))
    refused(reset(api, password, email=email, code=code[0]))
    assert reset(api, token=found[1]).status_code == 204, "the link is still good"


def test_the_longest_password_counts_as_it_is_composed(api: Api) -> None:
    api.sign_up("ada", password="e\u0301" * 256)
    api.confirm(api.confirmation_token())
    assert api.log_in("ada", "\u00e9" * 256).status_code == 200


def form(api: Api, **values: str) -> Any:
    return api.client.post("/api/auth/password/reset", data=values)


def test_the_page_changes_nothing_and_tells_no_other_site_of_its_address(api: Api) -> None:
    api.user("ada")
    token, _ = mailed(api)
    for _ in range(3):
        page = api.client.get("/api/auth/password/reset", query_string={"token": token})
        assert (page.status_code, page.mimetype) == (200, "text/html")
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert page.headers["Cache-Control"] == "no-store"
        assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert token in page.text
    assert api.log_in("ada").status_code == 200
    assert form(api, token=token, password=NEW, password_again=NEW).status_code == 200
    gone = api.client.get("/api/auth/password/reset", query_string={"token": token})
    assert (gone.status_code, gone.mimetype, "<form" in gone.text) == (404, "text/html", False)


def test_what_is_wrong_is_told_on_the_page_and_the_form_stays_usable(make_api: MakeApi) -> None:
    api = make_api(hash_slots=1)
    api.user("ada")
    token, _ = mailed(api)
    passwords = api.client.application.extensions["auth"].passwords
    pages = [
        form(api, token=token, password="password1", password_again="password1"),
        form(api, token=token, password="short", password_again="short"),
        form(api, token=token, password=NEW, password_again="another horse"),
    ]
    assert [page.status_code for page in pages] == [422] * 3
    with passwords.slot():
        pages.append(form(api, token=token, password=NEW, password_again=NEW))
    assert (pages[-1].status_code, pages[-1].headers["Retry-After"]) == (503, "1")
    for page in pages:
        assert page.mimetype == "text/html"
        assert token in page.text
        assert 'role="alert"' in page.text
        assert NEW not in page.text
    done = form(api, token=token, password=NEW, password_again=NEW)
    assert (done.status_code, done.mimetype) == (200, "text/html")
    assert api.log_in("ada", NEW).status_code == 200


def test_a_page_shows_a_made_up_token_to_nobody(api: Api) -> None:
    page = form(api, token='"><script>alert(1)</script>', password=NEW)
    assert (page.status_code, page.mimetype) == (404, "text/html")
    assert "<script>" not in page.text


def test_the_first_admin_has_no_common_password_either(api: Api) -> None:
    with pytest.raises(InvalidInput):
        accounts.create_admin(api.resources, COMMAND_LINE, "root", "password1")
