"""Guessing passwords, through the gateway: it is slowed down by the real address, and a flood of it starves nothing."""

import logging
import secrets
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from threading import Event

import pytest
import requests

from quartet.testing.waiting import eventually
from tests.integration.platform_choice import Platform
from tests.integration.platform_client import Api, User, sign_up
from tests.integration.platform_compose import ComposePlatform
from tests.integration.routes import call

log = logging.getLogger(__name__)

Launch = Callable[..., Platform]

CALLERS = 24
GUESS = "not the password"


def guess(api: Api, name: str, claimed: str) -> requests.Response:
    headers = {"X-Forwarded-For": claimed, "X-Real-IP": claimed, "Forwarded": f"for={claimed}"}
    return api.post("/api/auth/login", json={"username": name, "password": GUESS}, headers=headers)


def test_what_a_client_says_of_its_address_does_not_change_what_is_counted(launch: Launch) -> None:
    api = Api(launch(THROTTLE_FACTOR="1").url)
    answers = [guess(api, f"nobody-{number}", f"203.0.113.{number}") for number in range(25)]
    assert [answer.status_code for answer in answers[:20]] == [401] * 20
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert refused.json()["code"] == "rate_limited"
    assert int(refused.headers["Retry-After"]) >= 1


def test_auth_sees_the_clients_address_and_not_the_gateways(platform: Platform, api: Api) -> None:
    """Else all the world would share one counter."""
    if not isinstance(platform, ComposePlatform):
        pytest.skip("needs a gateway with an address of its own")
    user = sign_up(api)
    (seen,) = {each["ip"] for each in api.get("/api/auth/sessions", token=user["access_token"]).json()["items"]}
    networks = platform.container("gateway").attrs["NetworkSettings"]["Networks"]
    assert seen not in {network["IPAddress"] for network in networks.values()}


def test_during_a_flood_of_logins_a_logout_still_reaches_the_gateway(
    platform: Platform, new_user: Callable[[], User], record_property: Callable[[str, object], None]
) -> None:
    users = [new_user() for _ in range(5)]
    api = Api(platform.url)
    with flood(platform.url) as answered:
        eventually(lambda: answered[503] >= CALLERS)  # all slots are taken, again and again
        lags = []
        for user in users:
            lags.append(lag_of_logout(api, user))
    assert set(answered) <= {401, 429, 503}  # 429 is the gateway's: more than it lets through to auth
    assert answered[401]
    told = ", ".join(f"{lag:.2f} s" for lag in sorted(lags))
    record_property("lags", told)
    log.info("%d guesses checked, %d refused; logouts reached the gateway after %s", answered[401], answered[503], told)


def lag_of_logout(api: Api, user: User) -> float:
    """Seconds until the gateway refuses the token of a user who logs out."""
    token = user["access_token"]
    assert call(api, "counter", token).status_code == 200
    assert api.post("/api/auth/logout", token=token).status_code == 204
    began = time.monotonic()
    eventually(lambda: call(api, "counter", token).status_code == 401)
    return time.monotonic() - began


@contextmanager
def flood(url: str) -> Iterator[dict[int, int]]:
    """Let CALLERS guess as fast as they can; yield how often each status was the answer, while it goes on."""
    answered: dict[int, int] = {401: 0, 503: 0}
    over = Event()

    def guess_on(_: int) -> None:
        api = Api(url)
        for number in count():
            if over.is_set():
                return
            status = guess(api, f"nobody-{secrets.token_hex(4)}-{number}", "").status_code
            answered[status] = answered.get(status, 0) + 1

    with ThreadPoolExecutor(CALLERS) as pool:
        callers = [pool.submit(guess_on, number) for number in range(CALLERS)]
        try:
            yield answered
        finally:
            over.set()
        for caller in callers:
            caller.result()


@pytest.fixture(scope="module")
def strict(launch_for_module: Launch) -> Platform:
    """A platform that slows guessing down as in production."""
    return launch_for_module(THROTTLE_FACTOR="1", EMAIL_CONFIRMATION="off")


@pytest.mark.parametrize("name", ["known", "unknown"])
def test_guesses_for_a_name_end_in_a_pause_whether_or_not_there_is_one(strict: Platform, name: str) -> None:
    api = Api(strict.url)
    if name == "known":
        body = {"username": name, "password": "correct horse battery"}
        assert api.post("/api/auth/signup", json=body).status_code == 201
    answers = [guess(api, name, "").status_code for _ in range(10)]
    assert answers[:5] == [401] * 5
    assert 429 in answers
