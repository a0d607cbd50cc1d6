"""Whatever the traffic, auth gets two small requests a second from a gateway; more only when keys change."""

import time
from functools import partial

from gateway.tests.hammer import asking
from gateway.tests.platform_under_test import Gateway, Start
from quartet.testing import SigningKey
from quartet.testing.waiting import eventually

KEYS = "/.well-known/jwks.json"
PULLS = 12


def lets_in(gateway: Gateway, token: str) -> bool:
    return gateway.code(token) == "ok"


def test_traffic_costs_auth_two_pulls_a_second(start: Start) -> None:
    gateway = start()
    auth, key = gateway.auth, gateway.auth.keys[0]
    with asking(gateway, *[key.token() for _ in range(50)], "no.good.token") as hammer:
        gateway.pulled()
        before, began = auth.asked.copy(), time.monotonic()
        eventually(lambda: auth.asked["/internal/feed"] >= before["/internal/feed"] + PULLS)
        asked, seconds = auth.asked - before, time.monotonic() - began
    assert set(asked) == {"/internal/feed"}
    assert asked.total() <= 2 * seconds + 2
    assert set(hammer.statuses) == {200, 401}


def test_keys_are_read_when_they_have_changed(start: Start) -> None:
    gateway = start()
    auth = gateway.auth
    for number in range(3):
        before, key = auth.asked[KEYS], SigningKey(f"next-{number}")
        auth.keys.append(key)
        eventually(partial(lets_in, gateway, key.token()))
        gateway.pulled()
        assert auth.asked[KEYS] == before + 1


def test_an_auth_that_does_not_tell_of_keys_is_asked_for_them(start: Start) -> None:
    gateway = start()
    auth = gateway.auth
    auth.tells_of_keys = False
    auth.keys = [key := SigningKey("untold")]
    eventually(lambda: gateway.code(key.token()) == "ok")


def test_keys_are_read_while_the_feed_is_broken(start: Start) -> None:
    gateway = start()
    auth = gateway.auth
    auth.feed_answer = (500, b"")
    auth.keys = [key := SigningKey("the-feed-is-down")]
    eventually(lambda: gateway.code(key.token()) == "ok")
