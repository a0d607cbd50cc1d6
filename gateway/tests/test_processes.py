"""What the gateway knows survives its workers."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from gateway.tests.platform_under_test import Gateway, Start
from quartet.testing.waiting import eventually


def kill_workers(gateway: Gateway) -> None:
    old = gateway.workers()
    for worker in old:
        os.kill(worker, signal.SIGKILL)
    eventually(lambda: len(gateway.workers() - old) == len(old))


def replaced(gateway: Gateway, old: set[int]) -> bool:
    return bool(gateway.workers()) and gateway.workers().isdisjoint(old)


def test_a_killed_worker_loses_no_revocation_and_pulls_go_on(start: Start) -> None:
    gateway = start()
    feed, key = gateway.auth.feed, gateway.auth.keys[0]
    feed.append("session.revoked", "before")
    gateway.pulled()
    kill_workers(gateway)
    eventually(lambda: gateway.get("/health/live").ok)
    assert gateway.code(key.token(sid="before")) == "token_revoked"
    assert gateway.code(key.token()) == "ok"
    feed.append("session.revoked", "after")
    eventually(lambda: gateway.code(key.token(sid="after")) == "token_revoked")


def test_a_reload_keeps_revocations_and_fails_no_request(start: Start) -> None:
    gateway = start()
    key = gateway.auth.keys[0]
    token, revoked = key.token(), key.token(sid="gone")
    gateway.auth.feed.append("session.revoked", "gone")
    gateway.pulled()
    with ThreadPoolExecutor(4) as pool:
        for _ in range(3):
            old = gateway.workers()
            gateway.signal(signal.SIGHUP)
            codes = list(pool.map(gateway.code, [token, revoked] * 40))
            assert codes == ["ok", "token_revoked"] * 40
            eventually(partial(replaced, gateway, old))
    assert gateway.code(revoked) == "token_revoked"
    gateway.auth.feed.append("session.revoked", "later")
    eventually(lambda: gateway.code(key.token(sid="later")) == "token_revoked")


def test_sigquit_ends_it_without_an_error(start: Start) -> None:
    gateway = start()
    assert gateway.get("/api/ping").status_code == 200
    assert gateway.quit() == 0
