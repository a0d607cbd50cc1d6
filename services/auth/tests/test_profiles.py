"""Changing one's name and e-mail."""

import re
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import pytest
from sqlalchemy import select

from auth.errors import Busy, UsernameTaken
from auth.models import Code, Session, User
from auth.passwords import Slot
from auth.resources import Resources
from auth.use_cases import profiles
from auth.use_cases.profiles import RENAMES
from auth.use_cases.reauthentication import AGAIN
from quartet.errors import TooManyRequests
from services.auth.tests.api import PASSWORD, Api, text_of
from services.auth.tests.people import Person, admin, admin_of, user

NEW = "ada@new.example.com"


def change_email(person: Person, email: str = NEW, password: str = PASSWORD) -> Any:
    return person.patch("/api/auth/me", email=email, password=password)


def link(mail: Any) -> str:
    found = re.search(r"token=(\S+)", text_of(mail))
    assert found
    return found[1]


def events(api: Api) -> list[tuple[str, str | None, int | None]]:
    return [(each["type"], each["value"], each["expires_at"]) for each in api.events()]


def test_a_new_name_is_the_name_and_the_feed_tells_it_for_good(api: Api) -> None:
    ada = user(api, "ada")
    shown = ada.patch("/api/auth/me", username="Grace").get_json()
    assert (shown["username"], shown["email"], shown["new_email"]) == ("Grace", "ada@example.com", None)
    assert ada.get("/api/auth/me").get_json() == shown
    assert events(api) == [("user.renamed", "Grace", None)]
    assert api.log_in("grace").status_code == 200
    assert api.log_in("ada").status_code == 401
    assert api.sign_up("ada", "other@example.com").status_code == 202


def test_another_spelling_of_ones_own_name_is_a_new_name(api: Api) -> None:
    ada = user(api, "ada")
    assert ada.patch("/api/auth/me", username="ADA").get_json()["username"] == "ADA"
    assert events(api) == [("user.renamed", "ADA", None)]


def test_the_name_that_one_has_is_no_change(api: Api) -> None:
    ada = user(api, "ada")
    for _ in range(RENAMES.free + 1):
        assert ada.patch("/api/auth/me", username="ada").status_code == 200
    assert events(api) == []


def test_a_name_that_somebody_has_or_waits_for_is_taken_and_asking_costs_nothing(api: Api) -> None:
    ada = user(api, "ada")
    user(api, "bob")
    api.sign_up("carol")
    for name in ["BOB", "carol"] * RENAMES.free:
        answer = ada.patch("/api/auth/me", username=name)
        assert (answer.status_code, answer.get_json()["code"]) == (409, "username_taken")
    assert ada.patch("/api/auth/me", username="grace").status_code == 200


def test_the_name_of_a_sign_up_that_can_no_longer_be_confirmed_is_free(make_api: Callable[..., Api]) -> None:
    api = make_api()
    ada = user(api, "ada")
    api.sign_up("carol")
    with api.resources.database.engine.connect() as connection:
        connection.exec_driver_sql("UPDATE users SET created_at = '2020-01-01 00:00:00' WHERE username = 'carol'")
        connection.commit()
    assert ada.patch("/api/auth/me", username="carol").status_code == 200


def test_names_change_a_few_times_a_day(api: Api) -> None:
    ada = user(api, "ada")
    for number in range(RENAMES.free):
        assert ada.patch("/api/auth/me", username=f"ada{number}").status_code == 200
    refused = ada.patch("/api/auth/me", username="ada")
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 3600


@pytest.mark.parametrize("body", [{"username": None}, {"username": "a b"}, {"username": "admin"}, {"email": "x"}])
def test_a_change_that_breaks_a_rule_names_the_field(api: Api, body: dict[str, Any]) -> None:
    answer = user(api).patch("/api/auth/me", **body)
    assert [error["field"] for error in answer.get_json()["errors"]] == [*body]


def test_a_new_email_waits_until_it_is_confirmed(api: Api) -> None:
    ada = user(api, "ada")
    changed = change_email(ada)
    assert changed.status_code == 200
    assert (changed.get_json()["email"], changed.get_json()["new_email"]) == ("ada@example.com", NEW)
    (letter,) = api.mails()
    assert letter["To"] == NEW
    assert api.confirm(link(letter)).status_code == 200
    shown = ada.get("/api/auth/me").get_json()
    assert (shown["email"], shown["new_email"], shown["email_confirmed"]) == (NEW, None, True)
    assert [mail["To"] for mail in api.mails()] == ["ada@example.com"]


def test_a_new_email_needs_the_password(api: Api) -> None:
    ada = user(api, "ada")
    missing = ada.patch("/api/auth/me", email=NEW)
    assert [error["field"] for error in missing.get_json()["errors"]] == ["password"]
    wrong = change_email(ada, password="not the password")
    assert (wrong.status_code, wrong.get_json()["code"]) == (403, "wrong_password")
    assert ada.get("/api/auth/me").get_json()["new_email"] is None
    assert api.mails() == []


def test_the_email_that_one_has_is_no_change_unless_another_waits(api: Api) -> None:
    ada = user(api, "ada")
    for email in ("ada@example.com", "ADA@example.com"):
        assert ada.patch("/api/auth/me", username="Ada", email=email).status_code == 200
    change_email(ada)
    assert ada.patch("/api/auth/me", email="ada@example.com").status_code == 422
    assert ada.get("/api/auth/me").get_json()["new_email"] == NEW


def test_wrong_passwords_are_slowed_down_and_the_right_one_too(api: Api) -> None:
    ada = user(api, "ada")
    for _ in range(AGAIN.free):
        assert change_email(ada, password="not the password").status_code == 403
    assert change_email(ada).status_code == 429
    assert ada.call("DELETE", "/api/auth/me", {"password": PASSWORD}).status_code == 429
    assert ada.get("/api/auth/me").status_code == 200


def test_one_password_is_hashed_whatever_becomes_of_it(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = user(api, "ada")
    user(api, "bob")
    hashed: list[str] = []
    verify = type(api.resources.passwords._hasher).verify

    def counted(self: Any, password_hash: str, password: str) -> Any:
        hashed.append(password)
        return verify(self, password_hash, password)

    monkeypatch.setattr(type(api.resources.passwords._hasher), "verify", counted)
    for email in (NEW, "bob@example.com", "ada@example.com"):
        change_email(ada, email)
        assert len(hashed) == 1
        hashed.clear()


def test_a_new_password_is_hashed_only_when_nothing_else_stands_against_it(
    auth: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, _ = admin_of(auth, "ada"), admin_of(auth, "bob")
    hashed: list[str] = []
    real = Slot.hash

    def counted(slot: Slot, password: str) -> str:
        hashed.append(password)
        return real(slot, password)

    monkeypatch.setattr(Slot, "hash", counted)

    def change_all(username: str) -> None:
        profiles.change(auth, ada, username, None, lambda *_: None, "an even better horse")

    with pytest.raises(UsernameTaken):
        change_all("bob")
    with ExitStack() as taken:
        for _ in range(auth.settings.hash_slots):
            taken.enter_context(auth.passwords.slot())
        with pytest.raises(Busy):
            change_all("ada0")
    assert hashed == []
    for number in range(RENAMES.free):
        change_all(f"ada{number}")
    hashed.clear()
    with pytest.raises(TooManyRequests):
        change_all("ada")
    assert hashed == []


def test_an_address_that_somebody_has_answers_like_any_other(api: Api) -> None:
    ada = user(api, "ada")
    user(api, "bob")
    free, taken = (change_email(ada, email) for email in (NEW, "bob@example.com"))
    assert free.status_code == taken.status_code == 200
    assert {**free.get_json(), "new_email": None} == {**taken.get_json(), "new_email": None}
    assert ada.get("/api/auth/me").get_json()["new_email"] == "bob@example.com"
    assert [(mail["To"], "token=" in text_of(mail)) for mail in api.mails()] == [("bob@example.com", False)]


def test_the_present_address_cancels_the_new_one(api: Api) -> None:
    ada = user(api, "ada")
    change_email(ada)
    (letter,) = api.mails()
    assert change_email(ada, "ADA@example.com").get_json()["new_email"] is None
    assert api.confirm(link(letter)).status_code == 404
    assert ada.get("/api/auth/me").get_json()["email"] == "ada@example.com"


def test_a_code_for_one_address_does_not_confirm_the_next(api: Api) -> None:
    ada = user(api, "ada")
    change_email(ada, "first@example.com")
    code = re.search(r"\b\d{6}\b", text_of(api.mails()[-1]))
    assert code
    change_email(ada, "second@example.com")
    body = {"email": "second@example.com", "code": code[0]}
    assert api.client.post("/api/auth/confirm", json=body).status_code == 404
    assert ada.get("/api/auth/me").get_json()["email"] == "ada@example.com"


def test_name_and_email_change_together_or_not_at_all(api: Api) -> None:
    ada = user(api, "ada")
    user(api, "bob")
    both = {"username": "bob", "email": NEW, "password": PASSWORD}
    assert ada.patch("/api/auth/me", **both).status_code == 409
    assert ada.get("/api/auth/me").get_json()["new_email"] is None
    shown = ada.patch("/api/auth/me", **{**both, "username": "grace"}).get_json()
    assert (shown["username"], shown["new_email"]) == ("grace", NEW)


def test_where_nothing_is_confirmed_an_address_changes_at_once_unless_somebody_has_it(
    make_api: Callable[..., Api],
) -> None:
    api = make_api(email_confirmation="off")
    ada, _ = (Person(api, api.sign_up(name).get_json()) for name in ("ada", "bob"))
    taken = change_email(ada, "BOB@example.com")
    assert (taken.status_code, taken.get_json()["code"]) == (409, "email_taken")
    shown = change_email(ada).get_json()
    assert (shown["email"], shown["new_email"], shown["email_confirmed"]) == (NEW, None, False)
    assert api.mails() == []
    login = {"email": NEW, "password": PASSWORD}
    assert api.client.post("/api/auth/login", json=login).status_code == 200


def test_changes_are_in_the_audit_log_without_an_address(api: Api) -> None:
    root, ada = admin(api), user(api, "ada")
    ada.patch("/api/auth/me", username="grace")
    change_email(ada)
    change_email(ada, "ada@example.com")
    entries = root.get(f"/api/audit?target={ada.get('/api/auth/me').get_json()['subject']}").get_json()["items"]
    assert [each["action"] for each in entries][:3] == ["email.kept", "email.change_asked", "username.changed"]
    assert entries[2]["details"] == {"before": "ada", "after": "grace"}
    assert "example.com" not in str([each["details"] for each in entries])


def test_who_leaves_takes_sessions_codes_and_mails_along(api: Api) -> None:
    ada = user(api, "ada")
    user(api, "bob")
    change_email(ada)
    api.mails()
    api.client.post("/api/auth/resend-confirmation", json={"email": "Ada@Example.com"})
    api.client.post("/api/auth/resend-confirmation", json={"email": "bob@example.com"})
    assert ada.call("DELETE", "/api/auth/me", {"password": PASSWORD}).status_code == 204
    with api.resources.database.engine.connect() as connection:
        for table, whose in ((User, User.id), (Session, Session.user_id), (Code, Code.user_id)):
            assert connection.execute(select(table).where(whose == ada.id)).all() == []
        to = connection.exec_driver_sql("SELECT DISTINCT lower(recipient) FROM outbox").scalars().all()
    assert to == ["bob@example.com"]
