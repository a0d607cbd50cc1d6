"""preqlin's clients: register, confirm, log in, refresh, log out, look at and delete a user."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from argon2 import PasswordHasher
from sqlalchemy import update

from auth import create_app
from auth.models import Session, User
from services.auth.tests.api import PASSWORD, Api, bearer
from services.auth.tests.older_clients import log_in, refresh, register, session_of, told
from services.auth.tests.people import Person, admin, user

MakeApi = Callable[..., Api]

MESSAGE = ["message"]
CONFIRM = "/legacy/preqlin/user_confirm/"


def joined(api: Api, **body: object) -> Any:
    return register(api, "preqlin", **{"email": "ada@example.com", **body})


def change(api: Api, model: type[Session | User], **values: object) -> None:
    with api.resources.database.writing() as session:
        session.execute(update(model).values(values))
        session.commit()


def calls_of(monkeypatch: pytest.MonkeyPatch, name: str) -> list[str]:
    """Return a list that grows with each call of a method of PasswordHasher."""
    made: list[str] = []
    real = getattr(PasswordHasher, name)

    def call(*args: Any, **options: Any) -> Any:
        made.append(name)
        return real(*args, **options)

    monkeypatch.setattr(PasswordHasher, name, call)
    return made


def test_one_registers_confirms_and_logs_in(api: Api) -> None:
    assert told(joined(api, unknown="member")) == (201, MESSAGE)
    assert told(log_in(api)) == (400, MESSAGE)  # not confirmed
    assert told(log_in(api, password="not the password")) == (401, MESSAGE)
    assert told(api.client.post(CONFIRM + api.confirmation_token())) == (200, MESSAGE)
    answer = log_in(api)
    assert told(answer) == (200, ["access_token", "refresh_token", "token"])
    assert answer.headers["Cache-Control"] == "no-store"
    tokens = answer.get_json()
    assert tokens["token"] == tokens["access_token"]
    assert tokens["refresh_token"].startswith("ql1.")
    assert api.me(tokens["token"]).get_json()["username"] == "ada"


@pytest.mark.parametrize("policy", ["optional", "off"])
def test_where_nothing_must_be_confirmed_one_logs_in_at_once(make_api: MakeApi, policy: str) -> None:
    api = make_api(email_confirmation=policy)
    assert told(joined(api)) == (201, MESSAGE)
    assert log_in(api).status_code == 200


@pytest.mark.parametrize("policy", ["required", "optional", "off"])
def test_a_known_e_mail_answers_as_a_new_one_and_a_taken_name_does_not(make_api: MakeApi, policy: str) -> None:
    api = make_api(email_confirmation=policy)
    new = joined(api)
    if policy == "required":
        api.confirm(api.confirmation_token())
    known = joined(api, username="eve")
    assert (known.status_code, known.data) == (new.status_code, new.data)
    assert told(joined(api, email="eve@example.com")) == (400, MESSAGE)
    assert log_in(api, username="eve").status_code in {400, 401}
    assert log_in(api).status_code == 200


def test_registering_costs_one_hash_whether_or_not_the_e_mail_is_known(
    make_api: MakeApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = make_api(email_confirmation="off")
    hashed = calls_of(monkeypatch, "hash")
    for username in ("ada", "eve"):
        hashed.clear()
        assert joined(api, username=username).status_code == 201
        assert len(hashed) == 1


@pytest.mark.parametrize(
    "body",
    [
        {"email": "no address"},
        {"email": None},
        {"password": "short"},
        {"password": 12345678},
        {"username": "a b"},
        {"username": ["ada"]},
    ],
)
def test_what_breaks_a_rule_is_a_400(api: Api, body: dict[str, object]) -> None:
    assert told(joined(api, **body)) == (400, MESSAGE)


@pytest.mark.parametrize("content", ["", "{", "[]", "null", '{"username": "ada"}', '{"username": 1, "password": 2}'])
def test_what_is_no_login_is_a_400(api: Api, content: str) -> None:
    answer = api.client.post("/legacy/preqlin/login", data=content, content_type="application/json")
    assert told(answer) == (400, MESSAGE)


def test_the_link_shows_a_page_and_changes_nothing_until_its_form_is_posted(api: Api) -> None:
    joined(api)
    token = api.confirmation_token()
    page = api.client.get(CONFIRM + token)
    assert (page.status_code, page.mimetype) == (200, "text/html")
    assert 'action="/api/auth/confirm"' in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert token not in page.headers["Link"]
    assert log_in(api).status_code == 400
    posted = api.client.post("/api/auth/confirm", data={"token": token})
    assert (posted.status_code, posted.mimetype) == (200, "text/html")
    assert log_in(api).status_code == 200
    assert api.client.get(CONFIRM + token).status_code == 200  # as often as one likes
    assert api.client.post(CONFIRM + token).status_code == 200


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_no_guessed_or_expired_link_confirms(make_api: MakeApi, method: str) -> None:
    api = make_api(confirmation_ttl=1)
    joined(api)
    token = api.confirmation_token()
    with api.resources.database.reading() as session:
        subject = session.query(User).one().subject
    stamp = api.resources.seals.stamp
    guessed = ["1", "0", "é", token[:-1], token + "A", subject, "x" * 600, stamp("qp1", subject, "9999999999", "")]
    expired = stamp("qc1", subject, "1", token.split(".")[4])
    for each in (*guessed, stamp("qc1", "nobody", "9999999999", ""), expired):
        assert told(api.client.open(CONFIRM + each, method=method)) == (404, MESSAGE)
    assert log_in(api).status_code == 400


def test_an_unknown_user_and_a_wrong_password_answer_alike_after_the_same_work(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    api.user("ada")
    verified = calls_of(monkeypatch, "verify")
    wrong = log_in(api, password="not the password")
    unknown = log_in(api, username="eve")
    assert (wrong.status_code, wrong.data) == (unknown.status_code, unknown.data)
    assert told(wrong) == (401, MESSAGE)
    assert len(verified) == 2


def test_any_password_logs_in_no_more_and_guessing_is_slowed_down(api: Api) -> None:
    api.user("ada")
    answers = [log_in(api, password=f"guess number {number}") for number in range(7)]
    assert {answer.status_code for answer in answers} == {401, 429}
    assert answers[-1].get_json()["message"] == answers[-1].get_json()["error"]
    assert int(answers[-1].headers["Retry-After"]) > 0


def test_a_disabled_account_cannot_log_in(api: Api) -> None:
    api.user("ada")
    change(api, User, disabled_at=datetime.now(UTC))
    assert told(log_in(api)) == (401, MESSAGE)


def test_refresh_wants_the_refresh_token_as_bearer(api: Api) -> None:
    api.user("ada")
    tokens = session_of(api)
    assert told(refresh(api, tokens["refresh_token"])) == (200, ["access_token"])
    for headers in (
        {},
        {"Authorization": tokens["refresh_token"]},
        {"Authorization": "Bearer"},
        {"Authorization": f"Basic {tokens['refresh_token']}"},
        bearer(tokens["token"]),
    ):
        assert told(api.client.post("/legacy/preqlin/refresh", headers=headers)) == (401, ["error"])


def test_logout_is_at_once_on_every_worker(api: Api) -> None:
    api.user("ada")
    tokens = session_of(api)
    other = create_app(api.resources.settings).test_client()
    headers = bearer(tokens["token"])
    assert other.get("/api/auth/me", headers=headers).status_code == 200
    assert told(api.client.post("/legacy/preqlin/logout", headers=headers)) == (200, MESSAGE)
    for client in (other, api.client):
        assert told(client.post("/legacy/preqlin/logout", headers=headers)) == (401, ["error"])
        again = client.post("/legacy/preqlin/refresh", headers=bearer(tokens["refresh_token"]))
        assert told(again) == (401, ["error"])
    assert [event["type"] for event in api.events()] == ["session.revoked"]


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_a_user_is_nobody_else_s_business(api: Api, method: str) -> None:
    ada, eve = user(api), user(api, "eve")
    for headers in ({}, {"Authorization": ada.access_token}, {"Authorization": "Bearer"}, bearer("no.to.ken")):
        answer = api.client.open(f"/legacy/preqlin/user/{ada.id}", method=method, headers=headers)
        assert told(answer) == (401, ["error"])
    change(api, Session, created_at=datetime.now(UTC) - timedelta(hours=1))
    other = eve.call(method, f"/legacy/preqlin/user/{ada.id}")
    assert told(other) == (404, MESSAGE)
    for nobody in (0, 99, 2**63 - 1, 2**63, 10**40):
        answer = eve.call(method, f"/legacy/preqlin/user/{nobody}")
        assert (answer.status_code, answer.data) == (other.status_code, other.data)
    for none in ("-1", "1.0", "+1", "１", "٣"):
        assert eve.call(method, f"/legacy/preqlin/user/{none}").status_code == 404
    assert ada.get(f"/legacy/preqlin/user/{ada.id}").status_code == 200


def test_a_user_looks_at_and_deletes_their_own_account(api: Api) -> None:
    ada = user(api)
    path = f"/legacy/preqlin/user/{ada.id}"
    shown = {"id": ada.id, "username": "ada", "email": "ada@example.com", "activated": True}
    assert ada.get(path).get_json() == shown
    change(api, Session, created_at=datetime.now(UTC) - timedelta(minutes=16))
    assert told(ada.call("DELETE", path)) == (403, MESSAGE)
    again = Person(api, api.log_in().get_json())
    assert told(again.call("DELETE", path)) == (200, MESSAGE)
    assert told(again.get(path)) == (401, ["error"])
    assert told(log_in(api)) == (401, MESSAGE)


def test_an_admin_looks_at_and_deletes_anybody_soon_after_a_login(api: Api) -> None:
    ada, root = user(api), admin(api)
    path = f"/legacy/preqlin/user/{ada.id}"
    assert root.get(path).get_json()["username"] == "ada"
    change(api, Session, created_at=datetime.now(UTC) - timedelta(minutes=16))
    assert told(root.call("DELETE", path)) == (403, MESSAGE)
    assert ada.get(path).status_code == 200
    again = Person(api, api.log_in("root").get_json())
    assert told(again.call("DELETE", path)) == (200, MESSAGE)
    assert told(again.get(path)) == told(again.call("DELETE", path)) == (404, MESSAGE)
    last = again.call("DELETE", f"/legacy/preqlin/user/{again.id}")
    assert (last.status_code, last.get_json()["code"]) == (409, "last_admin")
    assert last.get_json()["message"] == last.get_json()["detail"]


def test_a_legacy_session_changes_nothing_that_needs_a_password(api: Api) -> None:
    api.user("ada")
    headers = bearer(session_of(api)["token"])
    assert api.client.delete("/api/auth/me", json={}, headers=headers).status_code == 422
    wrong = {"email": "eve@example.com", "password": "not the password"}
    assert api.client.patch("/api/auth/me", json=wrong, headers=headers).status_code == 403
    assert api.client.patch("/api/auth/me", json={"email": "eve@example.com"}, headers=headers).status_code == 422


def test_all_of_it_can_be_switched_off(make_api: MakeApi) -> None:
    api = make_api(legacy="off")
    api.user("ada")
    for path in ("preqlin/login", "flask-app/login", "flask-api/auth/login"):
        assert api.client.post(f"/legacy/{path}", json={"username": "ada", "password": PASSWORD}).status_code == 404
