"""Refresh tokens of clients that never read a new one: the same for 30 days, dead with their session."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from sqlalchemy import select, update

from auth.callers import COMMAND_LINE
from auth.models import Session
from auth.resources import Resources
from auth.use_cases import refresh_tokens
from auth.use_cases.refresh_tokens import Carrier
from quartet.testing.at_once import Meet, at_once
from services.auth.tests import people, test_passwords
from services.auth.tests.api import PASSWORD, Api, bearer
from services.auth.tests.older_clients import log_in, refresh, session_of
from services.auth.tests.races import begun
from services.auth.tests.site import Site

MakeApi = Callable[..., Api]
CALLERS = 8


def change(api: Api, **values: object) -> None:
    with api.resources.database.writing() as session:
        session.execute(update(Session).values(values))
        session.commit()


def only(api: Api) -> Session:
    """Return the session that there is, but for the one of making the user."""
    with api.resources.database.reading() as session:
        return list(session.scalars(select(Session).order_by(Session.created_at)))[-1]


def is_dead(api: Api, tokens: dict[str, str]) -> bool:
    answer = refresh(api, tokens["refresh_token"])
    return (answer.status_code, list(answer.get_json())) == (401, ["error"])


def test_the_same_token_refreshes_again_and_again(api: Api) -> None:
    api.user("ada")
    token = session_of(api)["refresh_token"]
    answers = [refresh(api, token) for _ in range(3)]
    for answer in answers:
        assert (answer.status_code, list(answer.get_json())) == (200, ["access_token"])
        assert answer.headers["Cache-Control"] == "no-store"
        assert api.me(answer.get_json()["access_token"]).status_code == 200
    assert len({answer.get_json()["access_token"] for answer in answers}) == 3
    assert only(api).generation == 1


def refreshed_at(site: Site, token: str, meet: Meet) -> str:
    with site.opened(meet, midway=site.is_mysql) as auth:
        return refresh_tokens.refresh_fixed(auth, COMMAND_LINE, token).session_id


def refreshed_at_once(site: Site) -> None:
    with site.opened() as auth:
        grant = begun(auth)
        token = refresh_tokens.token_of(auth, grant, Carrier.FIXED)
    found = at_once("threads", lambda site, meet: refreshed_at(site, token, meet), [site] * CALLERS)
    assert found == [grant.session_id] * CALLERS


def test_callers_at_once_all_get_an_access_token(auth: Resources) -> None:
    refreshed_at_once(Site(auth.settings))


@pytest.mark.containers
def test_callers_at_once_all_get_an_access_token_on_mysql(mysql_site: Site) -> None:
    refreshed_at_once(mysql_site)


def test_no_token_is_good_where_another_kind_belongs_and_trying_harms_nobody(api: Api) -> None:
    rotated = api.user("ada")
    fixed = session_of(api)
    api.client.set_cookie("__Secure-quartet_refresh", fixed["refresh_token"], path="/api/auth")
    for answer in (
        api.refresh(fixed["refresh_token"]),
        api.client.post("/api/auth/refresh", headers=bearer(fixed["refresh_token"])),
        api.client.post("/api/auth/refresh", headers={"Origin": "https://quartet.example"}),  # with the cookie
    ):
        assert (answer.status_code, answer.get_json()["code"]) == (401, "refresh_token_invalid")
    session_id = only(api).id
    others = [
        rotated["refresh_token"],
        fixed["access_token"],
        *(api.resources.seals.stamp(purpose, session_id, "1") for purpose in ("qr1", "qrc1", "qc1")),
        api.resources.seals.stamp("ql1", "no-session", "1"),
        fixed["refresh_token"][:-1],
        fixed["refresh_token"] + "A" * 512,
    ]
    for each in others:
        assert refresh(api, each).status_code == 401
    assert api.me(fixed["refresh_token"]).status_code == 401
    assert api.refresh(rotated["refresh_token"]).status_code == 200
    assert refresh(api, fixed["refresh_token"]).status_code == 200


def test_it_lives_for_30_days_and_no_use_makes_that_longer(api: Api) -> None:
    api.user("ada")
    token = session_of(api)["refresh_token"]
    begun = only(api)
    assert begun.expires_at - begun.created_at == timedelta(days=30)
    assert refresh(api, token).status_code == 200
    assert only(api).expires_at == begun.expires_at


def test_it_is_dead_when_its_time_is_over_and_so_is_what_it_gave(api: Api) -> None:
    api.user("ada")
    tokens = session_of(api)
    end = datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=1)
    change(api, expires_at=end)
    given = refresh(api, tokens["refresh_token"]).get_json()["access_token"]
    assert jwt.decode(given, options={"verify_signature": False})["exp"] <= end.timestamp()
    change(api, expires_at=datetime.now(UTC))
    assert is_dead(api, tokens)
    assert api.me(tokens["access_token"]).status_code == 401


def test_its_session_is_listed_and_its_use_is_noted(api: Api) -> None:
    api.user("ada")
    token = session_of(api)["refresh_token"]
    long_ago = datetime.now(UTC) - timedelta(days=2)
    change(api, rotated_at=long_ago, address=None)
    access_token = refresh(api, token).get_json()["access_token"]
    listed = api.client.get("/api/auth/sessions", headers=bearer(access_token)).get_json()["items"]
    (own,) = (each for each in listed if each["current"])
    assert datetime.fromisoformat(own["last_used_at"]) > long_ago + timedelta(days=1)
    assert own["ip"] == "127.0.0.1"


def ended_by_itself(api: Api, tokens: dict[str, str]) -> None:
    assert api.client.post("/legacy/preqlin/logout", headers=bearer(tokens["token"])).status_code == 200


def ended_from_elsewhere(api: Api, _tokens: dict[str, str]) -> None:
    session_id, token = only(api).id, api.log_in().get_json()["access_token"]
    assert api.client.delete(f"/api/auth/sessions/{session_id}", headers=bearer(token)).status_code == 204


def logged_out_everywhere(api: Api, _tokens: dict[str, str]) -> None:
    token = api.log_in().get_json()["access_token"]
    assert api.client.post("/api/auth/logout-all", headers=bearer(token)).status_code == 204


def disabled(api: Api, _tokens: dict[str, str]) -> None:
    user = people.Person(api, api.log_in().get_json())
    assert people.admin(api).patch(f"/api/users/{user.id}", disabled=True).status_code == 200


def revoked_by_an_admin(api: Api, _tokens: dict[str, str]) -> None:
    user = people.Person(api, api.log_in().get_json())
    assert people.admin(api).call("POST", f"/api/users/{user.id}/revoke").status_code == 204


def deleted(api: Api, _tokens: dict[str, str]) -> None:
    user = people.Person(api, api.log_in().get_json())
    assert user.call("DELETE", "/api/auth/me", {"password": PASSWORD}).status_code == 204


def password_reset(api: Api, _tokens: dict[str, str]) -> None:
    assert test_passwords.reset(api, token=test_passwords.mailed(api)[0]).status_code == 204


def password_changed_elsewhere(api: Api, _tokens: dict[str, str]) -> None:
    assert test_passwords.change(api, api.log_in().get_json()["access_token"]).status_code == 204


ENDS = (
    ended_by_itself,
    ended_from_elsewhere,
    logged_out_everywhere,
    disabled,
    revoked_by_an_admin,
    deleted,
    password_reset,
    password_changed_elsewhere,
)


@pytest.mark.parametrize("end", ENDS, ids=lambda end: end.__name__)
def test_it_is_dead_with_its_session(api: Api, end: Callable[[Api, dict[str, str]], None]) -> None:
    api.user("ada")
    tokens = session_of(api)
    end(api, tokens)
    assert is_dead(api, tokens)
    assert api.me(tokens["access_token"]).status_code == 401


def test_the_session_that_was_used_last_is_kept_of_too_many(make_api: MakeApi) -> None:
    api = make_api(max_sessions=2)
    ended_by_itself(api, {"token": api.user("ada")["access_token"]})
    first, second = session_of(api), session_of(api)
    change(api, rotated_at=datetime.now(UTC) - timedelta(hours=1))
    assert refresh(api, first["refresh_token"]).status_code == 200
    assert log_in(api).status_code == 200
    assert is_dead(api, second)
    assert refresh(api, first["refresh_token"]).status_code == 200
