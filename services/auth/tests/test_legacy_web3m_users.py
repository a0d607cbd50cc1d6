"""What web3m's clients change of their accounts: all of it or nothing, and never with a session left open."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from auth.models import Session, User
from auth.models.base import Base
from auth.use_cases import profiles
from services.auth.tests.api import PASSWORD, Api, bearer, text_of
from services.auth.tests.older_clients import told
from services.auth.tests.people import admin
from services.auth.tests.web3m_clients import Web3mPerson, follow, sign_in

MakeApi = Callable[..., Api]

NEW = "an even better horse"
NEW_EMAIL = "ada@new.example.com"


def stored(api: Api) -> list[tuple[object, ...]]:
    """Return what is stored of all users that they can change."""
    columns = (User.username, User.email, User.new_email, User.password_hash, User.roles)
    with api.resources.database.reading() as session:
        return [tuple(row) for row in session.execute(select(*columns).order_by(User.id))]


def age(api: Api, minutes: int) -> None:
    """Let all logins lie so far back."""
    with api.resources.database.writing() as session:
        session.execute(update(Session).values(created_at=datetime.now(UTC) - timedelta(minutes=minutes)))
        session.commit()


def link_of(mail: Any) -> str:
    return text_of(mail).partition("confirm?token=")[2].split()[0]


@pytest.mark.parametrize("path", ["users", "users/"])
def test_a_new_name_is_the_name(api: Api, path: str) -> None:
    ada = Web3mPerson(api)
    assert told(ada.call("PUT", path, {"username": "grace"})) == (200, ["message"])
    assert ada.call("GET", "protected").get_json()["username"] == "grace"


def test_a_new_email_waits_for_its_confirmation(api: Api) -> None:
    ada = Web3mPerson(api)
    answer = ada.put(email=NEW_EMAIL)
    assert told(answer) == (200, ["message"])
    assert ada.call("GET", "protected").get_json()["email"] == "ada@example.com"
    (letter,) = api.mails()
    assert letter["To"] == NEW_EMAIL
    assert told(follow(api, link_of(letter))) == (200, ["message"])
    shown = ada.call("GET", "protected").get_json()
    assert (shown["email"], shown["is_email_confirmed"]) == (NEW_EMAIL, True)


def test_an_email_that_somebody_has_is_told_as_any_other(api: Api) -> None:
    ada = Web3mPerson(api)
    api.user("bob")
    assert ada.put(email=NEW_EMAIL).text == ada.put(email="bob@example.com").text


def test_a_new_password_is_hashed_and_ends_the_other_sessions(api: Api) -> None:
    ada = Web3mPerson(api)
    elsewhere = sign_in(api).get_json()
    assert told(ada.put(password=NEW)) == (200, ["message"])
    (row,) = stored(api)
    assert str(row[3]).startswith("$argon2id$")
    with api.resources.database.engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            assert NEW not in str(connection.execute(select(table)).all())
    assert sign_in(api).status_code == 401
    assert sign_in(api, password=NEW).status_code == 200
    path = "/legacy/web3m/api/v1/refresh_token"
    assert api.client.post(path, headers=bearer(elsewhere["refresh_token"])).status_code == 401
    assert api.me(elsewhere["access_token"]).status_code == 401
    assert told(ada.refresh()) == (200, ["access_token"])
    assert [mail["To"] for mail in api.mails()] == ["ada@example.com"]


def test_all_of_it_changes_together(api: Api) -> None:
    ada = Web3mPerson(api)
    assert ada.put(username="grace", email=NEW_EMAIL, password=NEW).status_code == 200
    ((name, email, new_email, _, _),) = stored(api)
    assert (name, email, new_email) == ("grace", "ada@example.com", NEW_EMAIL)
    assert sign_in(api, password=NEW).status_code == 200
    changed, asked = sorted(api.mails(), key=lambda mail: mail["To"])
    assert (changed["To"], asked["To"]) == ("ada@example.com", NEW_EMAIL)
    assert follow(api, link_of(asked)).status_code == 200


def test_a_new_password_ends_the_change_of_address_that_waited(api: Api) -> None:
    ada = Web3mPerson(api)
    ada.put(email="mallory@example.com")
    (letter,) = api.mails()
    ada.put(password=NEW)
    assert told(follow(api, link_of(letter))) == (400, ["message"])
    assert stored(api)[0][1:3] == ("ada@example.com", None)


GOOD: dict[str, object] = {"username": "grace", "email": NEW_EMAIL, "password": NEW}
BAD: list[dict[str, object]] = [
    {"username": "bob"},
    {"username": "a" * 31},
    {"username": "admin"},
    {"username": None},
    {"email": "nobody"},
    {"password": "short"},
    {"password": "password"},
    {"username": "gracehopper", "password": "gracehopper"},
    {"password": NEW_EMAIL},
]


def test_where_one_part_is_refused_nothing_changes(api: Api) -> None:
    api.user("bob")
    ada = Web3mPerson(api)
    before = stored(api)
    for bad in BAD:
        answer = ada.put(**{**GOOD, **bad})
        assert told(answer) == (400, ["message"]), bad
        assert NEW not in answer.text
    assert stored(api) == before
    assert api.mails() == []


def test_what_is_taken_at_the_last_moment_undoes_the_rest(make_api: MakeApi, monkeypatch: pytest.MonkeyPatch) -> None:
    api = make_api(email_confirmation="off")
    for name in ("ada", "bob"):
        assert api.sign_up(name).status_code == 201
    monkeypatch.setattr(api, "user", lambda _name: None)
    ada = Web3mPerson(api)
    before = stored(api)
    assert told(ada.put(**{**GOOD, "email": "bob@example.com"})) == (400, ["message"])
    monkeypatch.setattr(profiles, "_count", lambda *_: None)  # bob takes the name after the look
    assert told(ada.put(**{**GOOD, "username": "bob"})) == (400, ["message"])
    assert stored(api) == before
    assert told(ada.refresh()) == (200, ["access_token"])


CHANGES: list[dict[str, object]] = [{"email": NEW_EMAIL}, {"password": NEW}, GOOD]


def test_a_session_left_open_changes_neither_email_nor_password_and_deletes_nothing(api: Api) -> None:
    ada = Web3mPerson(api)
    before = stored(api)
    age(api, 20)
    for refreshed in (False, True):
        if refreshed:  # a new access token is no new login
            ada.tokens |= ada.refresh().get_json()
        for changes in CHANGES:
            assert told(ada.put(**changes)) == (403, ["message"])
        for path in ("users", "users/"):
            assert told(ada.call("DELETE", path)) == (403, ["message"])
    assert stored(api) == before
    assert api.mails() == []
    assert ada.put(username="grace").status_code == 200
    ada.sign_in()
    assert ada.put(password=NEW).status_code == 200


def test_members_that_nobody_may_set_are_passed_over(api: Api) -> None:
    ada = Web3mPerson(api)
    before = stored(api)
    body = {"roles": ["admin"], "is_admin": True, "id": 2, "user_id": 2, "password_hash": "x", "email_confirmed": 1}
    assert ada.put(**body).status_code == 200
    assert stored(api) == before
    assert told(ada.put(**{f"member {number}": 1 for number in range(101)})) == (400, ["message"])


@pytest.mark.parametrize("path", ["users", "users/"])
def test_who_leaves_is_gone(api: Api, path: str) -> None:
    ada = Web3mPerson(api)
    assert told(ada.call("DELETE", path)) == (200, ["message"])
    assert told(ada.call("GET", "protected")) == (401, ["message"])
    assert told(ada.refresh()) == (401, ["message"])
    assert sign_in(api).status_code == 401


def test_the_last_admin_stays(api: Api) -> None:
    root = admin(api)
    answer = root.call("DELETE", "/legacy/web3m/api/v1/users")
    assert (answer.status_code, answer.get_json()["code"]) == (409, "last_admin")
    assert answer.get_json()["message"] == answer.get_json()["detail"]


def test_neither_changes_nor_deletes_without_a_token(api: Api) -> None:
    for method in ("PUT", "DELETE"):
        for path in ("users", "users/"):
            answer = api.client.open(f"/legacy/web3m/api/v1/{path}", method=method, json={"username": "grace"})
            assert told(answer) == (401, ["message"])


def test_no_password_is_logged(capsys: pytest.CaptureFixture[str], make_api: MakeApi) -> None:
    api = make_api()
    ada = Web3mPerson(api)
    ada.put(password=NEW)
    ada.put(password="short")
    sign_in(api, password=NEW)
    sign_in(api, password="a wrong password")
    logged = "".join(capsys.readouterr())
    assert "/legacy/web3m/api/v1/signin" in logged
    for secret in (PASSWORD, NEW, "a wrong password", ada.tokens["refresh_token"], ada.tokens["access_token"]):
        assert secret not in logged
