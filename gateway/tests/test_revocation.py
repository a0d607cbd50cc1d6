"""A revoked token is refused, whether the gateway has seen it before or not, and whatever happens to the feed."""

import json
import time
from typing import Any

import pytest

from gateway.tests.platform_under_test import Gateway, Start, problem
from quartet.testing import SigningKey
from quartet.testing.waiting import eventually


@pytest.fixture
def key(gateway: Gateway) -> SigningKey:
    return gateway.auth.keys[0]


@pytest.fixture(params=["remembered", "first seen"])
def seen(request: pytest.FixtureRequest) -> bool:
    return bool(request.param == "remembered")


def test_a_revoked_session_is_refused_and_others_go_on(gateway: Gateway, key: SigningKey, seen: bool) -> None:
    revoked, other = key.token(sub="ada", sid="one"), key.token(sub="ada", sid="two")
    if seen:
        assert gateway.code(revoked) == "ok"
    gateway.auth.feed.append("session.revoked", "one")
    gateway.pulled()
    assert gateway.code(revoked) == "token_revoked"
    assert gateway.code(other) == "ok"


def test_a_user_version_ends_the_smaller_ones(gateway: Gateway, key: SigningKey, seen: bool) -> None:
    user = f"user-{seen}"
    old, new = key.token(sub=user, ver=2), key.token(sub=user, ver=3)
    if seen:
        assert gateway.code(old) == "ok"
    gateway.auth.feed.append("user.revoked", user, 3)
    gateway.pulled()
    assert gateway.code(old) == "token_revoked"
    assert gateway.code(new) == "ok"


def test_a_smaller_version_told_later_revives_nothing(gateway: Gateway, key: SigningKey) -> None:
    gateway.auth.feed.append("user.revoked", "grace", 5)
    gateway.auth.feed.append("user.revoked", "grace", 2)
    gateway.pulled()
    assert gateway.code(key.token(sub="grace", ver=4)) == "token_revoked"


def test_a_deleted_user_has_no_living_token(gateway: Gateway, key: SigningKey, seen: bool) -> None:
    user = f"deleted-{seen}"
    token = key.token(sub=user, ver=1_000_000)
    if seen:
        assert gateway.code(token) == "ok"
    gateway.auth.feed.append("user.deleted", user)
    gateway.auth.feed.append("user.revoked", user, 7)
    gateway.pulled()
    assert gateway.code(token) == "token_revoked"


def test_all_revoked_ends_every_token_issued_until_then(start: Start) -> None:
    gateway = start()
    key, now = gateway.auth.keys[0], int(time.time())
    old, new = key.token(iat=now - 5), key.token(iat=now + 5)
    assert gateway.code(old) == "ok"
    gateway.auth.feed.append("all.revoked", "*", now)
    gateway.pulled()
    assert gateway.code(old) == "token_revoked"
    assert gateway.code(key.token(iat=now)) == "token_revoked"
    assert gateway.code(new) == "ok"
    gateway.auth.feed.append("all.revoked", "*", now - 100)
    gateway.pulled()
    assert gateway.code(old) == "token_revoked"


def test_events_of_other_kinds_are_passed_over(gateway: Gateway, key: SigningKey) -> None:
    gateway.auth.feed.append("user.renamed", "someone", "new name")
    gateway.auth.feed.append("something.new", "x")
    gateway.auth.feed.append("session.revoked", "after-the-unknown")
    gateway.pulled()
    assert gateway.code(key.token(sid="after-the-unknown")) == "token_revoked"


def test_pages_are_read_to_the_end(start: Start) -> None:
    gateway = start()
    gateway.auth.feed.page_size = 3
    for n in range(20):
        gateway.auth.feed.append("session.revoked", f"s{n}")
    tokens = [gateway.auth.keys[0].token(sid=f"s{n}") for n in range(20)]
    eventually(lambda: all(gateway.code(token) == "token_revoked" for token in tokens))


def test_not_ready_until_the_last_page_is_read(start: Start) -> None:
    gateway = start(with_auth=False)
    auth = gateway.auth
    auth.feed.append("session.revoked", "gone")
    page = {**auth.feed.page("0", 1000), "more": True}
    auth.feed_answer = (200, json.dumps(page).encode())
    auth.start()
    eventually(lambda: gateway.get("/health/ready").json()["checks"]["keys"] == "ok")
    gateway.pulled()
    assert gateway.code(auth.keys[0].token()) == "not_ready"
    assert gateway.code(auth.keys[0].token(sid="gone")) == "token_revoked"
    auth.feed_answer = None
    eventually(gateway.is_ready)


def test_a_reset_of_the_feed_drops_no_revocation(start: Start) -> None:
    gateway = start()
    feed, key = gateway.auth.feed, gateway.auth.keys[0]
    feed.append("session.revoked", "kept-by-backup")
    backup = list(feed.items)
    feed.append("session.revoked", "lost-by-backup")
    gateway.pulled()
    feed.restore(backup)
    feed.append("session.revoked", "new")
    gateway.pulled()
    eventually(lambda: gateway.code(key.token(sid="new")) == "token_revoked")
    assert gateway.code(key.token(sid="lost-by-backup")) == "token_revoked"
    assert gateway.code(key.token(sid="kept-by-backup")) == "token_revoked"
    assert gateway.code(key.token(sid="living")) == "ok"


def test_a_fence_after_a_restored_backup_ends_what_was_before_and_lets_the_same_users_in_again(start: Start) -> None:
    gateway = start()
    feed, key = gateway.auth.feed, gateway.auth.keys[0]
    feed.append("session.revoked", "kept-by-backup")
    backup = list(feed.items)
    feed.append("user.revoked", "ada", 9)
    feed.append("user.deleted", "grace")
    gateway.pulled()
    feed.restore(backup)
    until = feed.now() + 1
    feed.append("all.revoked", "*", until)
    feed.append("session.revoked", "ended-after-the-fence")
    eventually(lambda: gateway.code(key.token(iat=until)) == "token_revoked")
    later: dict[str, Any] = {"iat": until + 5, "nbf": until}
    assert gateway.code(key.token(sub="ada", ver=1, **later)) == "ok"
    assert gateway.code(key.token(sub="grace", ver=1, **later)) == "ok"
    assert gateway.code(key.token(sid="ended-after-the-fence", **later)) == "token_revoked"
    gateway.pulled()
    assert gateway.code(key.token(sub="grace", ver=1, iat=until - 5)) == "token_revoked"


def test_lifetimes_count_from_the_clock_of_the_feed(start: Start) -> None:
    gateway = start()
    feed, key = gateway.auth.feed, gateway.auth.keys[0]
    feed.skew = -86400
    feed.append("session.revoked", "yesterday")
    feed.append("user.deleted", "long-gone", created_at=feed.now() - 3600 - 61)
    feed.append("user.deleted", "just-gone", created_at=feed.now() - 3600)
    feed.append("session.revoked", "over", expires_at=feed.now() - 61)
    gateway.pulled()
    assert gateway.code(key.token(sid="yesterday")) == "token_revoked"
    assert gateway.code(key.token(sub="just-gone")) == "token_revoked"
    assert gateway.code(key.token(sub="long-gone")) == "ok"
    assert gateway.code(key.token(sid="over")) == "ok"


@pytest.mark.parametrize(
    "answer",
    [
        (500, b"{}"), (200, b""), (200, b"<html>"), (200, b"[]"), (200, b"{}"),
        (200, b'{"now":1,"items":[],"next":"0","more":false}'),
        (200, b'{"now":1,"items":[{"id":1}],"next":"1.a","more":false,"reset":false}'),
        (200, b'{"now":1,"items":[],"next":"0","more":true,"reset":false}'),
        (200, b'{"now":1,"items":[],"next":"0","more":false,"reset":true}'),
    ],
    ids=repr,
)  # fmt: skip
def test_a_bad_answer_of_the_feed_changes_nothing(gateway: Gateway, key: SigningKey, answer: tuple[int, bytes]) -> None:
    gateway.auth.feed.append("session.revoked", "before")
    gateway.pulled()
    gateway.auth.feed_answer = answer
    gateway.pulled()
    assert gateway.code(key.token(sid="before")) == "token_revoked"
    assert gateway.code(key.token()) == "ok"
    gateway.auth.feed_answer = None
    gateway.auth.feed.append("session.revoked", "after")
    eventually(lambda: gateway.code(key.token(sid="after")) == "token_revoked")


def test_a_full_zone_refuses_all_tokens_so_far_and_forgets_none(start: Start) -> None:
    gateway = start(REVOCATIONS_SIZE="64k")
    feed, key = gateway.auth.feed, gateway.auth.keys[0]
    feed.append("session.revoked", "first")
    revoked, living = key.token(sid="first"), key.token(sid="living")
    gateway.pulled()
    assert gateway.code(living) == "ok"
    for n in range(1500):
        feed.append("session.revoked", f"00000000-0000-0000-0000-{n:012}")
    eventually(lambda: gateway.code(living) == "token_revoked")
    gateway.pulled()
    assert gateway.code(revoked) == "token_revoked"
    later = int(time.time()) + 5
    assert gateway.code(key.token(iat=later)) == "ok"
    feed.append("session.revoked", "last")
    gateway.pulled()
    eventually(lambda: gateway.code(key.token(iat=later, sid="last")) == "token_revoked")


def test_auth_down_leaves_what_is_known_in_force(start: Start) -> None:
    gateway = start()
    key = gateway.auth.keys[0]
    gateway.auth.feed.append("session.revoked", "gone")
    gateway.pulled()
    gateway.auth.stop()
    assert gateway.code(key.token()) == "ok"
    assert gateway.code(key.token(sid="gone")) == "token_revoked"
    gateway.auth.start()
    gateway.auth.feed.append("session.revoked", "gone too")
    gateway.auth.feed.append("session.revoked", "gone-too")
    eventually(lambda: gateway.code(key.token(sid="gone-too")) == "token_revoked")


def test_auth_down_at_the_start_is_not_ready_and_recovers(start: Start) -> None:
    gateway = start(with_auth=False)
    answer = gateway.get("/api/count", gateway.auth.keys[0].token())
    assert answer.status_code == 503
    assert problem(answer)["code"] == "not_ready"
    assert gateway.get("/api/ping").status_code == 200
    gateway.auth.start()
    eventually(gateway.is_ready)
    assert gateway.code(gateway.auth.keys[0].token()) == "ok"


@pytest.mark.parametrize(("policy", "expected"), [("closed", "revocations_stale"), ("open", "ok")])
def test_an_old_feed_follows_the_policy(start: Start, policy: str, expected: str) -> None:
    gateway = start(FEED_STALE=policy, FEED_MAX_AGE="1")
    token = gateway.auth.keys[0].token()
    assert gateway.code(token) == "ok"
    gateway.auth.stop()
    stopped = time.time()
    eventually(lambda: gateway.code(token) == expected if policy == "closed" else time.time() > stopped + 2.5)
    assert gateway.code(token) == expected
    gateway.auth.start()
    eventually(lambda: gateway.code(token) == "ok")


def test_a_slow_auth_neither_stops_the_pulls_nor_the_gateway(start: Start) -> None:
    gateway = start()
    token = gateway.auth.keys[0].token(sid="slow")
    gateway.auth.feed_delay = 1.2
    gateway.auth.feed.append("session.revoked", "slow")
    eventually(lambda: gateway.code(token) == "token_revoked")
