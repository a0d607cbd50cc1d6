"""What is counted of limits, of the cache and of the feed."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event

from gateway.tests.platform_under_test import Start
from gateway.tests.scrape import counted, requests_of, when
from quartet.testing.waiting import eventually


def test_refusals_are_told_by_limit(start: Start) -> None:
    gateway = start(RATE_LIMIT_FACTOR="1", LIMIT_STRICT="1r/m", LIMIT_STRICT_BURST="1", LIMIT_USER="2r/m")
    token = gateway.auth.keys[0].token()
    limited = [gateway.request("POST", "/api/auth/login").status_code for _ in range(5)].count(429)
    users = [gateway.status(token) for _ in range(8)].count(429)
    assert limited == 3
    assert users in {4, 6}  # when a minute begins meanwhile
    gateway.services["counter"].answers["/api/ping"] = (429, {}, b"its own")
    assert gateway.get("/api/ping").status_code == 429
    found = counted(gateway, requests_of, 14)
    assert found.sum("gateway_rate_limited_total", limit="strict") == limited
    assert found.sum("gateway_rate_limited_total", limit="user") == users
    assert found.sum("gateway_rate_limited_total") == limited + users
    assert found.sum("gateway_auth_total", outcome="rate_limited") == users


def test_too_many_connections_at_once_are_told(start: Start) -> None:
    gateway = start(RATE_LIMIT_FACTOR="1", LIMIT_CONNECTIONS="3")
    held = gateway.services["counter"].delays["/api/ping"] = Event()
    with ThreadPoolExecutor(3) as pool:
        first = [pool.submit(gateway.get, "/api/ping") for _ in range(3)]
        eventually(lambda: len(gateway.services["counter"].seen) == 3)
        assert gateway.get("/api/ping").status_code == 429
        held.set()
        assert [answer.result().status_code for answer in first] == [200] * 3
    found = counted(gateway, requests_of, 4)
    assert found.sum("gateway_rate_limited_total", limit="connections") == 1
    assert found.sum("gateway_rate_limited_total") == 1


def test_cache_results_are_counted(start: Start) -> None:
    gateway = start()
    kept = {"Cache-Control": "public, max-age=60", "Content-Type": "application/json"}
    gateway.services["catalog"].answers["/api/products"] = (200, kept, b"{}")
    for _ in range(3):
        gateway.get("/api/products")
    gateway.get("/api/products", gateway.auth.keys[0].token())
    found = counted(gateway, requests_of, 4)
    results = {one: found.sum("gateway_cache_total", route="/api/products", result=one) for one in ("miss", "hit")}
    assert results == {"miss": 1, "hit": 2}
    assert found.sum("gateway_cache_total", result="bypass") == 1
    assert found.sum("gateway_upstream_duration_seconds_count", service="catalog") == 2


def test_a_dead_feed_grows_old_and_a_live_one_is_young(start: Start) -> None:
    gateway = start()
    feed = gateway.auth.feed
    feed.append("session.revoked", "one")
    feed.append("user.revoked", "two", 3)
    found = when(gateway, lambda now: now.sum("gateway_feed_cursor") == 2)
    assert found.sum("gateway_jwks_keys") == 1
    if ("gateway_revocations", frozenset[tuple[str, str]]()) in found.samples:
        assert found.sum("gateway_revocations") == 2
    gateway.auth.stop()
    old = when(gateway, lambda now: now.sum("gateway_feed_age_seconds") > 2)
    assert old.sum("gateway_jwks_age_seconds") > 1
    assert old.sum("gateway_feed_cursor") == 2
    failed = old.sum("gateway_pulls_total", what="feed", outcome="failed")
    assert failed > 0
    gateway.auth.start()
    young = when(gateway, lambda now: now.sum("gateway_feed_age_seconds") < 2)
    assert young.sum("gateway_pulls_total", what="feed", outcome="ok") > found.sum(
        "gateway_pulls_total", what="feed", outcome="ok"
    )
    floor = int(time.time())
    feed.append("all.revoked", "*", floor, expires_at=floor + 4000)
    when(gateway, lambda now: now.sum("gateway_revocation_floor_timestamp_seconds") == floor)
