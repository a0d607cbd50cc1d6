"""Parts go down and come back; the rest goes on, and all recovers by itself."""

from collections.abc import Callable, Iterator

import pytest

from quartet.testing.waiting import eventually
from tests.integration.platform_choice import Platform
from tests.integration.platform_client import Api, User, confirmation_token, wait_for_mail
from tests.integration.routes import OWN_STORES, call, refused_everywhere, welcome_everywhere

NewUser = Callable[[], User]


@pytest.fixture
def without(platform: Platform) -> Iterator[Callable[[str], None]]:
    """`without("auth")`: stop a part; it is started again after the test at the latest."""
    stopped: list[str] = []

    def stop(part: str) -> None:
        platform.stop(part)
        stopped.append(part)

    yield stop
    for part in stopped:
        platform.start(part)
    platform.wait_healthy()


def test_while_auth_is_down_the_others_go_on(
    platform: Platform, api: Api, new_user: NewUser, without: Callable[[str], None]
) -> None:
    user = new_user()
    assert welcome_everywhere(api, user["access_token"])
    without("auth")
    for service in OWN_STORES:
        assert call(api, service, user["access_token"]).status_code == 200
    away = call(api, "auth", user["access_token"])
    assert away.status_code in {502, 503, 504}
    assert away.headers["Content-Type"] == "application/problem+json"
    assert int(away.headers["Retry-After"]) > 0
    eventually(lambda: api.get("/health").json()["status"] == "degraded")
    states = {"auth": "unavailable", "catalog": "ok", "counter": "ok", "vectors": "ok"}
    assert api.get("/health").json()["services"] == states

    platform.start("auth")
    platform.wait_healthy()
    assert welcome_everywhere(api, user["access_token"])
    assert api.post("/api/auth/logout", token=user["access_token"]).status_code == 204
    eventually(lambda: refused_everywhere(api, user["access_token"]), 1.5)


def test_a_killed_auth_comes_back_by_itself(platform: Platform, api: Api, new_user: NewUser) -> None:
    user = new_user()
    platform.kill("auth")
    for service in OWN_STORES:
        assert call(api, service, user["access_token"]).status_code == 200
    platform.wait_healthy()
    eventually(lambda: welcome_everywhere(api, user["access_token"]))


def test_without_redis_counter_says_so_and_recovers_without_a_restart(
    platform: Platform, api: Api, new_user: NewUser, without: Callable[[str], None]
) -> None:
    token = new_user()["access_token"]
    assert api.post("/api/counters/cups/increment", token=token, json={"by": 5}).json()["value"] == 5
    starts = number_of_starts(platform, "counter")
    without("redis")
    away = api.post("/api/counters/cups/increment", token=token)
    assert away.status_code == 503
    assert away.headers["Content-Type"] == "application/problem+json"
    assert away.json()["code"] == "unavailable"
    assert int(away.headers["Retry-After"]) > 0
    assert api.get("/api/ping").status_code == 200
    eventually(lambda: api.get("/health").json()["services"]["counter"] == "unavailable")
    platform.start("redis")
    platform.wait_healthy()
    assert api.post("/api/counters/cups/increment", token=token).json()["value"] == 6
    assert number_of_starts(platform, "counter") == starts


def number_of_starts(platform: Platform, part: str) -> int:
    return sum(line["message"].startswith("Listening at") for line in platform.logs(part))


def test_a_killed_gateway_comes_back_and_forgets_no_revocation(platform: Platform, api: Api, new_user: NewUser) -> None:
    alive, dead = new_user(), new_user()
    assert api.post("/api/auth/logout", token=dead["access_token"]).status_code == 204
    eventually(lambda: refused_everywhere(api, dead["access_token"]), 1.5)
    platform.kill("gateway")
    platform.wait_healthy()
    eventually(lambda: call(api, "counter", alive["access_token"]).status_code == 200)
    assert call(api, "counter", dead["access_token"]).status_code == 401


def test_mail_waits_while_ses_is_down(platform: Platform, api: Api, without: Callable[[str], None]) -> None:
    without("ses")
    body = {"username": "patient", "email": "patient@people.example", "password": "correct horse battery"}
    assert api.post("/api/auth/signup", json=body).status_code == 202
    eventually(lambda: any("EndpointConnectionError" in str(line) for line in platform.logs("auth-mailer")))
    platform.start("ses")
    token = confirmation_token(wait_for_mail(api, body["email"], patience=60))
    assert api.post("/api/auth/confirm", json={"token": token}).status_code == 200
