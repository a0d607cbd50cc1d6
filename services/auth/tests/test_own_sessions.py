"""The sessions of a user: seen, ended one by one, of age and of number."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from auth.callers import COMMAND_LINE
from auth.errors import AccountDisabled
from auth.models import AuditEntry, Session, User
from auth.resources import Resources
from auth.use_cases import accounts, sessions
from services.auth.tests.api import PASSWORD, Api, bearer
from services.auth.tests.races import begun

MakeApi = Callable[..., Api]
LINUX = "Mozilla/5.0 (X11; Linux x86_64)"


def log_in(api: Api, device: str | None = None, **options: Any) -> dict[str, Any]:
    body = {"username": "ada", "password": PASSWORD} | ({"device": device} if device else {})
    answer = api.client.post("/api/auth/login", json=body, **options)
    assert answer.status_code == 200
    return dict(answer.get_json())


def listed(api: Api, login: dict[str, Any]) -> list[dict[str, Any]]:
    answer = api.client.get("/api/auth/sessions", headers=bearer(login["access_token"]))
    assert answer.status_code == 200
    return list(answer.get_json()["items"])


def change(api: Api, **values: Any) -> None:
    """Change all sessions."""
    with api.resources.database.writing() as session:
        session.execute(update(Session).values(**values))
        session.commit()


def test_a_session_shows_its_device_its_address_and_its_times(api: Api) -> None:
    api.user("ada")
    log_in(api, "Ada's phone", environ_base={"REMOTE_ADDR": "203.0.113.9"})
    login = log_in(api, headers={"User-Agent": LINUX, "X-Forwarded-For": "2001:db8::7"})
    present, phone, _ = listed(api, login)
    assert (present["device"], present["ip"], present["current"]) == (LINUX, "2001:db8::7", True)
    assert (phone["device"], phone["ip"], phone["current"]) == ("Ada's phone", "203.0.113.9", False)
    assert phone["created_at"] == phone["last_used_at"] < present["created_at"]
    assert phone.keys() == {"id", "device", "ip", "created_at", "last_used_at", "expires_at", "current"}


def test_a_refresh_is_a_use_and_tells_from_where(api: Api) -> None:
    first, login = api.user("ada"), log_in(api)
    body = {"refresh_token": first["refresh_token"]}
    api.client.post("/api/auth/refresh", json=body, environ_base={"REMOTE_ADDR": "203.0.113.9"})
    used, present = listed(api, login)
    assert present["current"]
    assert used["ip"] == "203.0.113.9"
    assert used["created_at"] < present["created_at"] < used["last_used_at"]


@pytest.mark.parametrize("device", ["", "x" * 129, 7, ["x"], "a\0b"])
def test_a_bad_name_of_a_device_is_refused(api: Api, device: object) -> None:
    body = {"username": "ada", "password": PASSWORD, "device": device}
    assert api.client.post("/api/auth/login", json=body).status_code == 422


def test_the_name_of_a_device_holds_nothing_that_does_not_print(api: Api) -> None:
    api.user("ada")
    assert listed(api, log_in(api, "Ada\n\u202e\x1b[31m"))[0]["device"] == "Ada[31m"


def test_one_session_is_ended_and_no_other(api: Api) -> None:
    first, login = api.user("ada"), log_in(api)
    (other,) = [each["id"] for each in listed(api, login) if not each["current"]]
    answer = api.client.delete(f"/api/auth/sessions/{other}", headers=bearer(login["access_token"]))
    assert (answer.status_code, answer.data) == (204, b"")
    assert api.me(first["access_token"]).get_json()["code"] == "token_revoked"
    assert api.refresh(first["refresh_token"]).status_code == 401
    assert [each["current"] for each in listed(api, login)] == [True]
    assert [(event["type"], event["subject"]) for event in api.events()] == [("session.revoked", other)]
    with api.resources.database.reading() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "session.revoked")).one()
    assert entry.actor == entry.target == api.me(login["access_token"]).get_json()["subject"]
    assert other in entry.details


def test_what_is_no_live_session_of_the_callers_is_not_found(api: Api) -> None:
    api.user("ada")
    eve = api.user("eve")
    login, ended, expired = log_in(api), log_in(api), log_in(api)
    others = [each["id"] for each in listed(api, eve)]
    ids = {each["id"]: each["created_at"] for each in listed(api, login)}
    expired_id, ended_id, present, _ = sorted(ids, key=lambda each: ids[each], reverse=True)
    api.client.post("/api/auth/logout", headers=bearer(ended["access_token"]))
    with api.resources.database.writing() as session:
        session.execute(update(Session).where(Session.id == expired_id).values(expires_at=datetime.now(UTC)))
        session.commit()
    assert api.me(expired["access_token"]).status_code == 401
    events = api.events()
    for each in (*others, ended_id, expired_id, "x", "%F0%9F%98%80", "%ff", "é" * 2000, present.upper()):
        answer = api.client.delete(f"/api/auth/sessions/{each}", headers=bearer(login["access_token"]))
        assert (answer.status_code, answer.get_json()["code"]) == (404, "session_not_found"), each
    assert api.events() == events
    assert api.me(eve["access_token"]).status_code == 200


def test_logging_out_elsewhere_keeps_the_present_session(api: Api) -> None:
    first, second, login = api.user("ada"), log_in(api), log_in(api)
    eve = api.user("eve")
    assert api.client.post("/api/auth/logout-others", headers=bearer(login["access_token"])).status_code == 204
    assert [api.me(each["access_token"]).status_code for each in (first, second, login, eve)] == [401, 401, 200, 200]
    assert [event["type"] for event in api.events()] == ["session.revoked"] * 2
    assert api.client.post("/api/auth/logout-others", headers=bearer(login["access_token"])).status_code == 204
    assert len(api.events()) == 2


def test_a_login_too_many_ends_the_session_used_longest_ago(make_api: MakeApi) -> None:
    api = make_api(max_sessions=2)
    first = api.user("ada")
    second = log_in(api)
    first = api.refresh(first["refresh_token"]).get_json()
    third = log_in(api)
    assert [api.me(each["access_token"]).status_code for each in (first, second, third)] == [200, 401, 200]
    assert [event["type"] for event in api.events()] == ["session.revoked"]
    assert len(listed(api, third)) == 2


def test_a_session_without_use_and_a_session_of_age_end(make_api: MakeApi) -> None:
    api = make_api(refresh_token_ttl=1000, session_ttl=1500)
    login = api.user("ada")
    now = datetime.now(UTC)
    change(api, created_at=now - timedelta(seconds=1400), rotated_at=now)
    tokens = api.refresh(login["refresh_token"]).get_json()
    assert 0 < tokens["expires_in"] <= 100
    with api.resources.database.reading() as session:
        found = session.scalars(select(Session)).one()
    assert found.expires_at == found.created_at + timedelta(seconds=1500)
    change(api, expires_at=now)
    assert api.me(tokens["access_token"]).status_code == 401
    assert api.refresh(tokens["refresh_token"]).get_json()["code"] == "refresh_token_invalid"
    fresh = log_in(api)
    assert fresh["expires_in"] == 900
    (present,) = listed(api, fresh)
    assert datetime.fromisoformat(present["expires_at"]) <= datetime.now(UTC) + timedelta(seconds=1000)


def test_no_session_begins_for_an_account_disabled_meanwhile(auth: Resources) -> None:
    user = accounts.find_by_subject(auth, begun(auth).user.subject)
    with auth.database.writing() as session:
        session.execute(update(User).values(disabled_at=datetime.now(UTC)))
        session.commit()
    with pytest.raises(AccountDisabled):
        sessions.begin(auth, COMMAND_LINE, user)
