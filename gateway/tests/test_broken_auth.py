"""An auth that answers with nonsense, slowly, or not at all teaches the gateway nothing and takes nothing from it."""

import json
from collections import Counter
from collections.abc import Callable
from functools import partial

from gateway.tests.hammer import never_let_in, revoked_tokens
from gateway.tests.platform_under_test import Gateway, Start
from gateway.tests.wire import Call, in_place_of
from quartet.testing import SigningKey
from quartet.testing.waiting import eventually

PATHS = (b"/internal/feed", b"/.well-known/jwks.json")
CONFUSING = SigningKey("of a redirect")
EMPTY_FEED = json.dumps({"now": 1, "items": [], "next": "0", "more": False, "reset": False}).encode()
OTHER_KEYS = json.dumps({"keys": [CONFUSING.jwk]}).encode()


def other_document(call: Call) -> bytes:
    return EMPTY_FEED if call.request.startswith(b"GET /internal/feed") else OTHER_KEYS


def closes(_: Call) -> None:
    """Say nothing."""


def is_silent(call: Call) -> None:
    call.over.wait()


def redirects(call: Call) -> None:
    call.send_page("302 Found", other_document(call), "Location: /.well-known/jwks.json")


def says_something_else(call: Call) -> None:
    call.send(b"\x16\x03\x01\x00\xff nobody here speaks HTTP\r\n\r\n")


def breaks_off(call: Call) -> None:
    call.send(b"HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n" + other_document(call))


def is_endless(call: Call) -> None:
    call.send(b"HTTP/1.1 200 OK\r\n\r\n" + other_document(call), *[b" " * 65536] * 48)


def drips(call: Call) -> None:
    """Too slow to come to an end, too fast for a time-out between two reads."""
    call.send(b"HTTP/1.1 200 OK\r\nContent-Length: 2000000\r\n\r\n", *[b" " * 8192] * 244, every=0.5)


def is_partial(call: Call) -> None:
    call.send_page("206 Partial Content", other_document(call), "Content-Range: bytes 0-9/10")


def asks_for_a_login(call: Call) -> None:
    call.send_page("401 Unauthorized", other_document(call), 'WWW-Authenticate: Basic realm="x"')


BEHAVIOURS: list[Callable[[Call], None]] = [
    closes, redirects, says_something_else, breaks_off, is_endless, is_partial, asks_for_a_login, is_silent
]  # fmt: skip


def test_what_is_known_stays_in_force(start: Start) -> None:
    gateway = start()
    asked: Counter[bytes] = Counter()
    behave = BEHAVIOURS[0]

    def broken(call: Call) -> None:
        asked[call.request.split(b"?")[0].split()[1]] += 1
        behave(call)

    with never_let_in(gateway, *revoked_tokens(gateway), CONFUSING.token()):
        with in_place_of(gateway.auth, broken):
            for behave in BEHAVIOURS:
                eventually(partial(asked_twice_since, asked.copy(), asked))
                assert gateway.code(gateway.auth.keys[0].token()) == "ok", behave
        recovers(gateway)


def asked_twice_since(before: Counter[bytes], asked: Counter[bytes]) -> bool:
    """Whether of each kind one answer was dealt with: only then comes another pull."""
    return all(asked[path] >= before[path] + 2 for path in PATHS)


def recovers(gateway: Gateway) -> None:
    """Logouts and keys arrive again."""
    new, logout = SigningKey("new"), gateway.auth.keys[0].token(sid="afterwards")
    gateway.auth.keys.append(new)
    gateway.auth.feed.append("session.revoked", "afterwards")
    eventually(lambda: gateway.code(logout) == "token_revoked")
    eventually(lambda: gateway.code(new.token()) == "ok")


def test_one_answer_without_end_holds_up_no_other(start: Start) -> None:
    gateway = start()
    held: list[Call] = []

    def first_drips(call: Call) -> None:
        if call.request.startswith(b"GET /internal/feed") and not held:
            held.append(call)
            drips(call)
        else:
            call.answer_as(gateway.auth)

    with never_let_in(gateway, *revoked_tokens(gateway)), in_place_of(gateway.auth, first_drips):
        eventually(lambda: held)
        recovers(gateway)
