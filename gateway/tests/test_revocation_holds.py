"""Whatever happens to the gateway's processes and memory, no revoked token passes again: it is shown all the time."""

import os
import signal
from functools import partial

import pytest
import requests

from gateway.tests.hammer import never_let_in, revoked_tokens
from gateway.tests.platform_under_test import Gateway, Start
from quartet.testing.waiting import eventually

SOON = 4.0
"""Seconds: enough for a logout, also when the worker that pulled was killed; not for a lease of many seconds."""


def living(gateway: Gateway) -> str:
    return gateway.auth.keys[0].token()


def logouts_arrive(gateway: Gateway, sid: str, within: float = 15.0) -> None:
    """A logout reaches the gateway, and whoever did not log out gets through."""
    token = gateway.auth.keys[0].token(sid=sid)
    gateway.auth.feed.append("session.revoked", sid)
    eventually(lambda: gateway.code(token) == "token_revoked", within)
    eventually(lambda: gateway.code(living(gateway)) == "ok")


def refused_or_gone(gateway: Gateway, token: str) -> bool:
    try:
        return gateway.status(token) == 401
    except requests.ConnectionError:
        return True


def replaced(gateway: Gateway, killed: int) -> bool:
    return len(gateway.workers() - {killed}) == 2


def test_a_reload_keeps_what_is_known_without_auth(start: Start) -> None:
    gateway = start()
    dead, alive = revoked_tokens(gateway), living(gateway)
    gateway.auth.stop()
    with never_let_in(gateway, *dead) as hammer:
        for _ in range(3):
            gateway.reload()
            assert gateway.code(alive) == "ok"
    assert set(hammer.statuses) == {401}
    gateway.auth.start()
    logouts_arrive(gateway, "after-the-reloads")


@pytest.mark.parametrize("auth", ["prompt", "slow", "down"])
def test_a_reload_that_empties_the_memory_lets_nobody_in_before_all_is_read_again(start: Start, auth: str) -> None:
    gateway = start()
    dead = revoked_tokens(gateway)
    gateway.auth.feed.page_size = 2
    if auth == "slow":
        gateway.auth.feed_delay = 0.7
    if auth == "down":
        gateway.auth.stop()
    with never_let_in(gateway, *dead) as hammer:
        gateway.reload(REVOCATIONS_SIZE="8m")
        if auth == "down":
            assert gateway.code(living(gateway)) == "not_ready"
        if auth != "prompt":
            eventually(lambda: hammer.statuses[503])
        gateway.auth.start()
        logouts_arrive(gateway, "after-the-reload")


def test_every_worker_may_be_killed(start: Start) -> None:
    gateway = start()
    with never_let_in(gateway, *revoked_tokens(gateway)) as hammer:
        for turn in range(3):
            for worker in sorted(gateway.workers()):
                hammer.kill(worker)
                eventually(partial(replaced, gateway, worker))
                logouts_arrive(gateway, f"turn-{turn}-{worker}", SOON)


def test_a_pull_that_dies_with_its_workers_holds_up_no_logout(start: Start) -> None:
    gateway = start()
    auth = gateway.auth
    with never_let_in(gateway, *revoked_tokens(gateway)) as hammer:
        auth.feed_delay = 3.0
        eventually(lambda: auth.asked["/internal/feed"] > auth.pulls)
        for worker in gateway.workers():
            hammer.kill(worker)
        auth.feed_delay = 0.0
        logouts_arrive(gateway, "after-the-kill", SOON)


def test_a_killed_master_leaves_nobody_who_lets_them_in(start: Start) -> None:
    gateway = start()
    late = gateway.auth.keys[0].token(sid="after-the-kill")
    assert gateway.code(late) == "ok"
    with never_let_in(gateway, *revoked_tokens(gateway)) as hammer:
        os.kill(gateway.program.master, signal.SIGKILL)
        gateway.auth.feed.append("session.revoked", "after-the-kill")
        eventually(lambda: refused_or_gone(gateway, late))
        gateway.kill()
        gateway.auth.stop()
        gateway.start(with_auth=False)
        assert gateway.code(living(gateway)) == "not_ready"
        eventually(lambda: hammer.statuses[503])
        gateway.auth.feed_delay = 1.5
        gateway.auth.start()
        logouts_arrive(gateway, "after-the-restart")
    assert gateway.code(late) == "token_revoked"


def test_two_gateways_learn_each_for_itself(start: Start) -> None:
    first = start()
    own = {"RUN_DIR": str(first.folder / "second"), "AUTH_UPSTREAM": f"127.0.0.1:{first.auth.port}"}
    second = start(**own)
    dead = revoked_tokens(first)
    eventually(lambda: all(second.code(token) == "token_revoked" for token in dead))
    with never_let_in(first, *dead), never_let_in(second, *dead):
        first.kill()
        eventually(lambda: refused_or_gone(first, dead[0]))
        logout = first.auth.keys[0].token(sid="one-is-down")
        first.auth.feed.append("session.revoked", "one-is-down")
        eventually(lambda: second.code(logout) == "token_revoked")
        first.start()
        assert first.code(logout) == "token_revoked"


@pytest.mark.parametrize("skew", [0, -25, 25])
def test_memory_that_fills_up_forgets_nobody_and_lets_new_logins_in(start: Start, skew: int) -> None:
    gateway = start(REVOCATIONS_SIZE="64k")
    feed, key = gateway.auth.feed, gateway.auth.keys[0]
    feed.skew = skew
    alive = key.token(iat=feed.now(), nbf=feed.now())
    assert gateway.code(alive) == "ok"
    with never_let_in(gateway, *revoked_tokens(gateway)):
        for flood in range(3):
            for number in range(500):
                feed.append("session.revoked", f"00000000-0000-0000-{flood:04}-{number:012}")
            gateway.pulled()
        eventually(lambda: gateway.code(alive) == "token_revoked")
        eventually(lambda: gateway.code(key.token(iat=feed.now(), nbf=feed.now())) == "ok")
        token = key.token(iat=feed.now(), nbf=feed.now(), sid="new")
        assert gateway.code(token) == "ok"
        feed.append("session.revoked", "new")
        eventually(lambda: gateway.code(token) == "token_revoked")


def test_a_restored_backup_revives_nobody(start: Start) -> None:
    gateway = start()
    feed = gateway.auth.feed
    feed.append("session.revoked", "long-ago")
    backup = list(feed.items)
    with never_let_in(gateway, *revoked_tokens(gateway)):
        for turn in range(3):
            feed.restore(backup)
            logouts_arrive(gateway, f"after-restore-{turn}")
        feed.restore([])
        gateway.pulled()
        logouts_arrive(gateway, "in-a-new-history")
