"""Signing keys change under load, and nobody is refused."""

import secrets
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import jwt

from quartet.testing.waiting import eventually
from tests.integration.platform_choice import HASTE, Platform
from tests.integration.platform_client import Api, User, log_in, sign_up
from tests.integration.routes import OWN_STORES, PROTECTED, call, refused_everywhere, welcome_everywhere

ROTATIONS = 3
CALLERS = 4
ENOUGH = 200


def key_of(token: str) -> str:
    return str(jwt.get_unverified_header(token)["kid"])


def test_a_rotation_under_load_refuses_nobody(hasty_platform: Platform) -> None:
    platform = hasty_platform
    user = sign_up(Api(platform.url))
    over = threading.Event()

    def work(_: int) -> tuple[set[int], set[str]]:
        """Call every service with tokens old and new until all is over; return the statuses and the keys seen."""
        api = Api(platform.url)
        old = log_in(api, user["username"], user["email"], user["password"])
        refresh_token, statuses, keys = old["refresh_token"], set(), set()
        while not over.is_set():
            refreshed = api.post("/api/auth/refresh", json={"refresh_token": refresh_token})
            statuses.add(refreshed.status_code)
            refresh_token, new = refreshed.json()["refresh_token"], refreshed.json()["access_token"]
            tokens = (old["access_token"], new, login_token(platform, user))
            keys |= {key_of(token) for token in tokens}
            statuses |= {call(api, service, token).status_code for service in PROTECTED for token in tokens}
        return statuses, keys

    with ThreadPoolExecutor(CALLERS) as pool:
        working = [pool.submit(work, number) for number in range(CALLERS)]
        try:
            for _ in range(ROTATIONS):
                eventually(lambda: rotated(platform))
            newest = next(line for line in platform.run("auth", "keys", "list").splitlines() if "active" in line)
            eventually(lambda: key_of(login_token(platform, user)) == newest.split()[0])
        finally:
            over.set()
        found = [future.result() for future in working]
    assert set().union(*(statuses for statuses, _ in found)) == {200}
    assert len(set().union(*(keys for _, keys in found))) > ROTATIONS - 1


def rotated(platform: Platform) -> bool:
    """Rotate, if the next key may sign already."""
    try:
        platform.run("auth", "keys", "rotate")
    except AssertionError as error:
        if "may sign from" not in str(error):
            raise
        return False
    return True


def login_token(platform: Platform, user: User) -> str:
    return log_in(Api(platform.url), user["username"], user["email"], user["password"])["access_token"]


def test_a_compromised_key_dies_with_its_tokens(hasty_platform: Platform) -> None:
    platform = hasty_platform
    api = Api(platform.url)
    user = sign_up(api)
    assert welcome_everywhere(api, user["access_token"])
    platform.run("auth", "keys", "rotate", "--compromised", key_of(user["access_token"]))
    eventually(lambda: call(api, "counter", user["access_token"]).status_code == 401, 1.5)
    assert refused_everywhere(api, user["access_token"])
    eventually(lambda: welcome_everywhere(api, login_token(platform, user)))


def test_new_secrets_refuse_nobody_who_has_an_access_token(launch: Callable[..., Platform]) -> None:
    platform = launch(KEY_PUBLISH_LEAD=str(HASTE), KEY_MAX_AGE="1")
    api = Api(platform.url)
    user = sign_up(api)
    old, new = platform.secret_keys(), secrets.token_urlsafe(48)
    with load_on_the_stores(platform, user) as seen:
        eventually(lambda: len(seen) > ENOUGH)  # each service knows the keys from now on, and needs auth no more
        platform.change_secret_keys(*old, new)  # whoever starts later must be able to read what the next step writes
        platform.change_secret_keys(new, *old)
        eventually(
            lambda: all_sealed_anew(platform) and key_of(login_token(platform, user)) != key_of(user["access_token"])
        )
        assert api.post("/api/auth/refresh", json={"refresh_token": user["refresh_token"]}).status_code == 200
        young = log_in(api, user["username"], user["email"], user["password"])
        platform.change_secret_keys(new)
        assert all_sealed_anew(platform)
        seen_until_then = len(seen)
        eventually(lambda: len(seen) > seen_until_then + ENOUGH)
    assert {answer for answer in seen if answer[1] != 200} == set()
    assert welcome_everywhere(api, user["access_token"])
    assert api.post("/api/auth/refresh", json={"refresh_token": young["refresh_token"]}).status_code == 200
    assert api.post("/api/auth/refresh", json={"refresh_token": user["refresh_token"]}).status_code == 401


def all_sealed_anew(platform: Platform) -> bool:
    """Tend the keys, as upkeep does; tell whether the first secret alone is needed."""
    platform.run("auth", "keys", "tend")
    return "entry 1 of SECRET_KEYS seals: key" in platform.run("auth", "keys", "check-secrets")


@contextmanager
def load_on_the_stores(platform: Platform, user: User) -> Iterator[list[tuple[str, int]]]:
    """Call the services that need no auth to answer, through the gateway and directly, with tokens old and new.

    Yields what they answer, as it comes in: URL and status. A refresh may fail while auth starts again, nothing else.
    """
    answers: list[tuple[str, int]] = []
    over = threading.Event()

    def work(_: int) -> None:
        api = Api(platform.url)
        doors = [(api, service) for service in OWN_STORES]
        doors += [(Api(platform.address(service)), service) for service in OWN_STORES]
        login = log_in(api, user["username"], user["email"], user["password"])
        refresh_token, tokens = login["refresh_token"], [user["access_token"], login["access_token"]]
        while not over.is_set():
            refreshed = api.post("/api/auth/refresh", json={"refresh_token": refresh_token})
            assert refreshed.status_code in (200, 502, 503, 504), refreshed.text
            if refreshed.ok:
                refresh_token, tokens[1] = refreshed.json()["refresh_token"], refreshed.json()["access_token"]
            found = [call(door, service, token) for door, service in doors for token in tokens]
            answers.extend((answer.url, answer.status_code) for answer in found)

    with ThreadPoolExecutor(CALLERS) as pool:
        working: list[Future[None]] = [pool.submit(work, number) for number in range(CALLERS)]
        try:
            yield answers
        finally:
            over.set()
        for future in working:
            future.result()
