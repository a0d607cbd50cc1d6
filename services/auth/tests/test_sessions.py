"""Log in, refresh, log out."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import update

from auth.models import Session, User
from auth.resources import Resources
from services.auth.tests.api import PASSWORD, Api, bearer
from services.auth.tests.races import begun, refresh, refreshed, token_of
from services.auth.tests.site import Site

MakeApi = Callable[..., Api]
CALLERS = 8


def age_session(auth: Resources, seconds: int) -> None:
    """Let the last rotation of all sessions lie `seconds` further back."""
    with auth.database.writing() as session:
        session.execute(update(Session).values(rotated_at=datetime.now(UTC) - timedelta(seconds=seconds)))
        session.commit()


def test_login_takes_the_user_name_or_the_email_whatever_its_case(api: Api) -> None:
    api.user("ada")
    assert api.log_in("ADA").status_code == 200
    by_email = api.client.post("/api/auth/login", json={"email": "Ada@Example.com", "password": PASSWORD})
    assert by_email.status_code == 200
    both = {"username": "ada", "email": "ada@example.com", "password": PASSWORD}
    assert api.client.post("/api/auth/login", json=both).status_code == 422


def test_an_unknown_user_and_a_wrong_password_answer_alike(api: Api) -> None:
    api.user("ada")
    wrong, unknown = api.log_in("ada", "not the password"), api.log_in("eve")
    assert wrong.status_code == unknown.status_code == 401
    alike = ("type", "title", "status", "detail", "code")
    assert [wrong.get_json()[name] for name in alike] == [unknown.get_json()[name] for name in alike]
    assert "WWW-Authenticate" in wrong.headers


def test_every_login_costs_exactly_one_hash(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    api.user("ada")
    hashed: list[str] = []
    real = PasswordHasher.verify

    def verify(hasher: PasswordHasher, password_hash: str, password: str) -> bool:
        hashed.append(password)
        return real(hasher, password_hash, password)

    monkeypatch.setattr(PasswordHasher, "verify", verify)
    for username, password in (("ada", PASSWORD), ("ada", "not the password"), ("eve", PASSWORD)):
        hashed.clear()
        api.log_in(username, password)
        assert hashed == [password]


def test_no_free_hash_slot_is_a_503_with_retry_after(make_api: MakeApi) -> None:
    api = make_api(hash_slots=1)
    with api.client.application.extensions["auth"].passwords.slot():
        answer = api.log_in("ada")
    assert answer.status_code == 503
    assert answer.get_json()["code"] == "busy"
    assert answer.headers["Retry-After"] == "1"
    assert api.log_in("ada").status_code == 401


def test_a_disabled_account_is_told_so_only_after_the_right_password(api: Api) -> None:
    token = api.user("ada")["access_token"]
    with api.resources.database.writing() as session:
        session.execute(update(User).values(disabled_at=datetime.now(UTC)))
        session.commit()
    assert api.log_in("ada", "not the password").status_code == 401
    assert api.log_in("ada").get_json()["code"] == "account_disabled"
    assert api.me(token).status_code == 401


def test_refreshing_gives_new_tokens(api: Api) -> None:
    login = api.user("ada")
    answer = api.refresh(login["refresh_token"])
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    tokens = answer.get_json()
    assert tokens["refresh_token"] != login["refresh_token"]
    assert api.me(tokens["access_token"]).status_code == 200
    as_bearer = api.client.post("/api/auth/refresh", headers=bearer(tokens["refresh_token"]))
    assert as_bearer.status_code == 200


def test_a_retry_within_the_window_gets_the_same_successor(api: Api) -> None:
    login = api.user("ada")
    first, retry = api.refresh(login["refresh_token"]).get_json(), api.refresh(login["refresh_token"]).get_json()
    assert first["refresh_token"] == retry["refresh_token"]
    assert first["access_token"] != retry["access_token"]


def test_a_replayed_refresh_token_revokes_the_session(api: Api) -> None:
    login = api.user("ada")
    successor = api.refresh(login["refresh_token"]).get_json()
    age_session(api.resources, 31)
    assert api.refresh(login["refresh_token"]).get_json()["code"] == "refresh_token_invalid"
    assert api.refresh(successor["refresh_token"]).status_code == 401
    assert api.me(successor["access_token"]).get_json()["code"] == "token_revoked"
    assert [event["type"] for event in api.events()] == ["session.revoked"]


def test_an_older_generation_revokes_even_within_the_window(api: Api) -> None:
    login = api.user("ada")
    second = api.refresh(login["refresh_token"]).get_json()
    third = api.refresh(second["refresh_token"]).get_json()
    assert api.refresh(login["refresh_token"]).status_code == 401
    assert api.refresh(third["refresh_token"]).status_code == 401


def test_a_made_up_refresh_token_is_refused_and_harms_nobody(api: Api) -> None:
    token = api.user("ada")["refresh_token"]
    purpose, key, session_id, _, mac = token.split(".")
    made_up = [
        f"{purpose}.{key}.{session_id}.9.{mac}",
        f"{purpose}.{key}.{session_id}.1.{mac[:-1]}",
        f"{purpose}.{key}.{session_id}.1.",
        f"qc1.{key}.{session_id}.1.{mac}",
        api.resources.seals.stamp("qr1", session_id, "9"),
        api.resources.seals.stamp("qr1", "no-session", "1"),
        "qr1",
        "",
        "é",
    ]
    for each in made_up:
        assert api.refresh(each).status_code in {401, 422}
    assert api.client.post("/api/auth/refresh").status_code == 401
    assert api.refresh(token).status_code == 200


def test_a_session_expires_without_use(make_api: MakeApi) -> None:
    api = make_api(refresh_token_ttl=3600)
    login = api.user("ada")
    with api.resources.database.writing() as session:
        session.execute(update(Session).values(expires_at=datetime.now(UTC)))
        session.commit()
    assert api.refresh(login["refresh_token"]).status_code == 401
    assert api.me(login["access_token"]).status_code == 401


def test_logout_ends_this_session_and_no_other(api: Api) -> None:
    first = api.user("ada")
    second = api.log_in("ada").get_json()
    assert api.client.post("/api/auth/logout", headers=bearer(first["access_token"])).status_code == 204
    assert api.me(first["access_token"]).get_json()["code"] == "token_revoked"
    assert api.refresh(first["refresh_token"]).status_code == 401
    assert api.me(second["access_token"]).status_code == 200


def test_logging_out_everywhere_ends_all_sessions(api: Api) -> None:
    first = api.user("ada")
    second = api.log_in("ada").get_json()
    assert api.client.post("/api/auth/logout-all", headers=bearer(first["access_token"])).status_code == 204
    for each in (first, second):
        assert api.me(each["access_token"]).status_code == 401
        assert api.refresh(each["refresh_token"]).status_code == 401
    assert api.me(api.log_in("ada").get_json()["access_token"]).status_code == 200
    (event,) = api.events()
    assert (event["type"], event["value"]) == ("user.revoked", "1")


def test_refreshes_at_once_all_get_one_successor(auth: Resources) -> None:
    (successor,) = set(refreshed(Site(auth.settings), "threads", token_of(auth, begun(auth)), CALLERS))
    assert refresh(auth, successor) != successor


def test_a_forged_token_is_refused(api: Api, forged_token: str) -> None:
    for call in (
        api.client.get("/api/auth/me", headers=bearer(forged_token)),
        api.client.post("/api/auth/logout", headers=bearer(forged_token)),
    ):
        assert call.status_code == 401
        assert call.headers["WWW-Authenticate"].startswith("Bearer")
        assert call.mimetype == "application/problem+json"


def test_a_token_in_the_query_string_counts_for_nothing(api: Api) -> None:
    token = api.user("ada")["access_token"]
    for name in ("access_token", "token", "jwt"):
        assert api.client.get("/api/auth/me", query_string={name: token}).status_code == 401
