"""Browser mode: the refresh token is in a cookie that no script can read, and nowhere else."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from pydantic import ValidationError

from auth.origins import origin_of
from services.auth.tests.api import PASSWORD, Api, bearer

MakeApi = Callable[..., Api]

OURS = {"Origin": "https://quartet.example"}
FOREIGN = [
    {},
    {"Origin": ""},
    {"Origin": "null"},
    {"Origin": "https://evil.example"},
    {"Origin": "http://quartet.example"},
    {"Origin": "https://quartet.example:444"},
    {"Origin": "https://quartet.example.evil"},
    {"Origin": "https://quartet.example, https://evil.example"},
    {"Referer": "https://quartet.example/"},
]
NAME = "__Secure-quartet_refresh"


def log_in(client: FlaskClient, headers: dict[str, str] = OURS) -> Any:
    body = {"username": "ada", "password": PASSWORD, "mode": "cookie"}
    return client.post("/api/auth/login", json=body, headers=headers)


def cookie(client: FlaskClient, name: str = NAME) -> str | None:
    found = client.get_cookie(name, path="/api/auth")
    return found.value if found else None


def keep(client: FlaskClient, token: str) -> None:
    """Put a token into the cookie."""
    client.set_cookie(NAME, token, path="/api/auth")


@pytest.fixture
def browser(api: Api) -> FlaskClient:
    """A browser that ada has logged in with."""
    api.user("ada")
    assert log_in(api.client).status_code == 200
    return api.client


def test_the_cookie_has_every_protection_and_the_body_no_refresh_token(api: Api) -> None:
    api.user("ada")
    answer = log_in(api.client)
    (header,) = answer.headers.getlist("Set-Cookie")
    parts = header.split("; ")
    assert parts[0].startswith(f"{NAME}=qrc1.")
    lifetime = {part for part in parts if part.startswith(("Expires=", "Max-Age="))}
    assert set(parts[1:]) - lifetime == {"Secure", "HttpOnly", "Path=/api/auth", "SameSite=Strict"}
    (age,) = [int(part[8:]) for part in lifetime if part.startswith("Max-Age=")]
    assert 30 * 86_400 - 60 < age <= 30 * 86_400
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.get_json().keys() == {"access_token", "token_type", "expires_in", "user"}
    assert "qrc1" not in answer.text


def test_the_cookie_is_not_kept_longer_than_the_session_may_live(make_api: MakeApi) -> None:
    api = make_api(session_ttl=600)
    api.user("ada")
    assert any(f"Max-Age={age};" in log_in(api.client).headers["Set-Cookie"] for age in (598, 599, 600))


def test_without_https_the_cookie_has_the_name_that_browsers_take(make_api: MakeApi) -> None:
    api = make_api(public_url="http://localhost:8080")
    api.user("ada")
    answer = log_in(api.client, {"Origin": "http://localhost:8080"})
    assert answer.headers["Set-Cookie"].startswith("quartet_refresh=")
    assert "; Secure" in answer.headers["Set-Cookie"]


def test_a_refresh_by_cookie_answers_with_the_next_cookie(api: Api, browser: FlaskClient) -> None:
    before = cookie(browser)
    answer = browser.post("/api/auth/refresh", headers=OURS)
    assert answer.status_code == 200
    assert answer.get_json().keys() == {"access_token", "token_type", "expires_in"}
    assert cookie(browser) not in {before, None}
    assert api.me(answer.get_json()["access_token"]).status_code == 200
    assert browser.post("/api/auth/refresh", headers=OURS, json={}).status_code == 200


def test_refreshes_of_several_tabs_end_with_one_cookie(browser: FlaskClient) -> None:
    before = cookie(browser) or ""
    browser.post("/api/auth/refresh", headers=OURS)
    after = cookie(browser)
    keep(browser, before)
    assert browser.post("/api/auth/refresh", headers=OURS).status_code == 200
    assert cookie(browser) == after


@pytest.mark.parametrize("headers", FOREIGN)
def test_a_page_of_another_origin_cannot_use_the_cookie(browser: FlaskClient, headers: dict[str, str]) -> None:
    before = cookie(browser)
    for kind, data in ((None, ""), ("application/json", "{}"), ("application/x-www-form-urlencoded", "")):
        answer = browser.post("/api/auth/refresh", headers=headers, content_type=kind, data=data)
        assert (answer.status_code, answer.get_json()["code"]) == (403, "origin_not_allowed")
        assert "Set-Cookie" not in answer.headers
    assert cookie(browser) == before
    answer = browser.post("/api/auth/refresh", headers=OURS)  # nothing has happened to it
    assert answer.status_code == 200
    assert (cookie(browser) or "").split(".")[3] == "2"


@pytest.mark.parametrize("headers", FOREIGN)
def test_a_page_of_another_origin_cannot_log_a_browser_in(api: Api, headers: dict[str, str]) -> None:
    api.user("ada")
    answer = log_in(api.client, headers)
    assert (answer.status_code, answer.get_json()["code"]) == (403, "origin_not_allowed")
    assert "Set-Cookie" not in answer.headers


def test_a_sign_up_that_logs_in_knows_the_mode_too(make_api: MakeApi) -> None:
    api = make_api(email_confirmation="off")
    body = {"username": "eve", "password": PASSWORD, "mode": "cookie", "device": "Eve's phone"}
    for headers in FOREIGN:
        assert api.client.post("/api/auth/signup", json=body, headers=headers).status_code == 403
    answer = api.client.post("/api/auth/signup", json=body, headers=OURS)
    assert answer.status_code == 201
    assert "refresh_token" not in answer.get_json()
    assert (cookie(api.client) or "").startswith("qrc1.")
    sessions = api.client.get("/api/auth/sessions", headers=bearer(answer.get_json()["access_token"])).get_json()
    assert [each["device"] for each in sessions["items"]] == ["Eve's phone"]


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data"])
def test_a_form_logs_nobody_in(api: Api, kind: str) -> None:
    body = f'{{"username": "ada", "password": "{PASSWORD}", "mode": "cookie"}}'
    assert api.client.post("/api/auth/login", data=body, content_type=kind, headers=OURS).status_code == 415


def test_another_origin_of_ours_can_be_allowed(make_api: MakeApi) -> None:
    api = make_api(browser_origins="https://app.quartet.example, http://localhost:3000")
    api.user("ada")
    for origin in ("https://app.quartet.example", "http://localhost:3000", OURS["Origin"]):
        assert log_in(api.client, {"Origin": origin}).status_code == 200
        assert api.client.post("/api/auth/refresh", headers={"Origin": origin}).status_code == 200
    assert log_in(api.client, {"Origin": "https://sub.app.quartet.example"}).status_code == 403


@pytest.mark.parametrize("origins", ["*", "app.example", "https://app.example/", "https://u@app.example", "ftp://x.de"])
def test_what_is_no_origin_is_no_setting(make_api: MakeApi, origins: str) -> None:
    with pytest.raises(ValidationError):
        make_api(browser_origins=origins)


def test_an_origin_is_written_as_browsers_do() -> None:
    assert origin_of("https://Quartet.Example:443/path") == "https://quartet.example"
    assert origin_of("http://[::1]:8080") == "http://[::1]:8080"


def test_a_token_cannot_travel_the_other_way(api: Api) -> None:
    in_body = api.user("ada")["refresh_token"]
    log_in(api.client)
    in_cookie = cookie(api.client) or ""
    api.client.delete_cookie(NAME, path="/api/auth")
    assert api.refresh(in_cookie).get_json()["code"] == "refresh_token_invalid"
    assert api.client.post("/api/auth/refresh", headers=bearer(in_cookie)).status_code == 401
    keep(api.client, in_body)
    assert api.client.post("/api/auth/refresh", headers=OURS).status_code == 401
    assert api.refresh(in_body).status_code == 200
    keep(api.client, in_cookie)
    assert api.client.post("/api/auth/refresh", headers=OURS).status_code == 200


def test_what_the_caller_sends_goes_before_what_the_browser_adds(api: Api, browser: FlaskClient) -> None:
    in_body = api.log_in("ada").get_json()["refresh_token"]
    before = cookie(browser)
    for answer in (api.refresh(in_body), browser.post("/api/auth/refresh", headers=bearer(in_body))):
        assert answer.status_code == 200
        assert answer.get_json()["refresh_token"].startswith("qr1.")
        assert "Set-Cookie" not in answer.headers
    assert cookie(browser) == before
    assert api.refresh("qr1.made.up").status_code == 401


@pytest.mark.parametrize("path", ["logout", "logout-all", "sessions/{id}"])
def test_the_cookie_goes_with_its_session(browser: FlaskClient, path: str) -> None:
    headers = bearer(browser.post("/api/auth/refresh", headers=OURS).get_json()["access_token"])
    items = browser.get("/api/auth/sessions", headers=headers).get_json()["items"]
    (present,) = [each["id"] for each in items if each["current"]]
    method = "DELETE" if "{id}" in path else "POST"
    answer = browser.open(f"/api/auth/{path.format(id=present)}", method=method, headers=headers)
    assert answer.status_code == 204
    assert cookie(browser) is None
    assert browser.post("/api/auth/refresh", headers=OURS).status_code == 401


def test_ending_other_sessions_keeps_the_cookie(browser: FlaskClient) -> None:
    headers = bearer(browser.post("/api/auth/refresh", headers=OURS).get_json()["access_token"])
    answer = browser.post("/api/auth/logout-others", headers=headers)
    assert "Set-Cookie" not in answer.headers
    assert browser.post("/api/auth/refresh", headers=OURS).status_code == 200


def test_who_brings_no_cookie_is_sent_none(api: Api) -> None:
    login = api.user("ada")
    answer = api.client.post("/api/auth/logout", headers=bearer(login["access_token"]))
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("value", ["", "qrc1", "x" * 3000, "qrc1.1.2.3.4", '"quoted"'])
def test_a_made_up_cookie_is_a_401(api: Api, value: str) -> None:
    keep(api.client, value)
    assert api.client.post("/api/auth/refresh", headers=OURS).status_code == 401
