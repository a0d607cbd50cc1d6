"""What is counted: requests and refusals, once each, with the time they took."""

import socket
import subprocess
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from gateway.tests.platform_under_test import Gateway, Start
from gateway.tests.scrape import counted, others_than_probes, requests_of, scrape
from quartet.testing.waiting import eventually


def test_every_family_is_described_and_named_as_prometheus_wants(gateway: Gateway) -> None:
    gateway.get("/api/ping")
    text = counted(gateway, lambda found: min(1.0, requests_of(found)), 1).text
    types = dict(line.split()[2:4] for line in text.splitlines() if line.startswith("# TYPE "))
    described = {line.split()[2] for line in text.splitlines() if line.startswith("# HELP ")}
    assert types.keys() == described
    for name, kind in types.items():
        assert name.startswith("gateway_")
        assert name.endswith("_total") == (kind == "counter")
        assert not name.endswith(("_ms", "_milliseconds", "_count", "_sum", "_bucket"))


@pytest.mark.needs("promtool")
def test_promtool_finds_nothing_to_complain_of(gateway: Gateway) -> None:
    checked = subprocess.run(
        ["promtool", "check", "metrics"], input=scrape(gateway).text, capture_output=True, text=True, check=False
    )
    assert (checked.returncode, checked.stdout + checked.stderr) == (0, "")


def test_parallel_requests_are_counted_exactly_over_all_workers(start: Start) -> None:
    gateway = start(WORKERS="3")
    token = gateway.auth.keys[0].token()
    asked = [
        ("GET", "/api/count", token, 200), ("GET", "/api/count", None, 401), ("GET", "/api/count", "forged", 401),
        ("GET", "/api/ping", None, 200), ("GET", "/nowhere", None, 404), ("PUT", "/api/ping", None, 405),
        ("POST", "/api/vectors", token, 200), ("OPTIONS", "/api/count", None, 204), ("GET", "/a//b", None, 400),
    ]  # fmt: skip
    times, threads = 25, 4

    def ask(_: int) -> Counter[int]:
        return Counter(gateway.request(m, path, t).status_code for m, path, t, _ in asked for _ in range(times))

    with ThreadPoolExecutor(threads) as pool:
        answers = sum(pool.map(ask, range(threads)), Counter[int]())
    each = times * threads
    found = counted(gateway, requests_of, len(asked) * each)
    assert answers == Counter({200: 3 * each, 401: 2 * each, 404: each, 405: each, 204: each, 400: each})
    for status, number in answers.items():
        assert requests_of(found, status=str(status), **{"class": f"{status // 100}xx"}) == number
    counter = {"service": "counter", "route": "/api/count"}
    assert requests_of(found, **counter, method="GET", status="200") == each
    assert requests_of(found, **counter, method="OPTIONS") == each
    assert requests_of(found, method="PUT", status="405", route="/api/ping") == each
    assert requests_of(found, service="gateway", route="unmatched") == 2 * each
    assert found.sum("gateway_auth_total", outcome="ok") == 2 * each
    assert found.sum("gateway_auth_total", outcome="token_missing") == each
    assert found.sum("gateway_auth_total", outcome="token_invalid") == each
    assert found.sum("gateway_auth_total") == 4 * each
    assert found.sum("gateway_request_duration_seconds_count", **counter) == 4 * each
    assert found.sum("gateway_request_duration_seconds_bucket", **counter, le="+Inf") == 4 * each
    assert found.sum("gateway_upstream_duration_seconds_count", service="counter") == 2 * each
    assert found.sum("gateway_upstream_duration_seconds_count", service="vectors") == each
    assert found.sum("gateway_lost_counts_total") == 0


RAW = [
    (b"GARBAGE\r\n\r\n", 400),
    (b"GET /api/ping HTTP/1.1\r\n\r\n", 400),
    (b"GET /" + b"x" * 9000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 414),
    (b"GET /api/ping HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 9000 + b"\r\n\r\n", 431),
    (b"GET /api/ping HTTP/7.1\r\nHost: a\r\n\r\n", 505),
    (b"TRACE /api/ping HTTP/1.1\r\nHost: a\r\n\r\n", 405),
    (b"POST /api/auth/login HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
    (b"POST /api/auth/login HTTP/1.1\r\nHost: a\r\nContent-Length: 999999\r\n\r\n", 413),
    (b"GET /\xff\xfe HTTP/1.1\r\nHost: a\r\n\r\n", 400),
]


def test_what_is_refused_before_its_route_is_found_is_counted_once(start: Start) -> None:
    gateway = start()
    for n, (sent, status) in enumerate(RAW, 1):
        assert gateway.raw(sent)[0] == status
        counted(gateway, requests_of, n)
    found = scrape(gateway)
    for status in {status for _, status in RAW}:
        assert requests_of(found, status=str(status)) == [s for _, s in RAW].count(status)


def test_who_sends_no_request_in_time_or_goes_away_is_counted_once(start: Start) -> None:
    gateway = start(CLIENT_HEADER_TIMEOUT="1")
    held = gateway.services["counter"].delays["/api/ping"] = Event()
    with socket.create_connection(("127.0.0.1", gateway.port)) as slow:
        slow.sendall(b"GET /api/ping HTTP/1.1\r\nHost: a\r\n")
        counted(gateway, requests_of, 1)
    with socket.create_connection(("127.0.0.1", gateway.port)) as gone:
        gone.sendall(b"GET /api/ping HTTP/1.1\r\nHost: a\r\n\r\n")
        eventually(lambda: gateway.services["counter"].seen)
    found = counted(gateway, requests_of, 2)
    held.set()
    assert requests_of(found, status="408") == 1
    assert requests_of(found, status="499", route="/api/ping") == 1


def test_failing_services_are_counted_with_the_time_they_took(start: Start) -> None:
    gateway = start(UPSTREAM_TIMEOUT="1")
    gateway.services["catalog"].stop()
    gateway.services["counter"].delays["/api/ping"] = Event()
    assert gateway.request("POST", "/api/products", gateway.auth.keys[0].token()).status_code == 502
    assert gateway.get("/api/ping").status_code == 504
    found = counted(gateway, requests_of, 2)
    assert requests_of(found, status="502", service="catalog") == 1
    assert requests_of(found, status="504", service="counter") == 1
    assert found.sum("gateway_request_duration_seconds_sum", route="/api/ping") >= 1
    assert found.sum("gateway_request_duration_seconds_bucket", route="/api/ping", le="0.5") == 0
    assert found.sum("gateway_request_duration_seconds_count", route="/api/ping") == 1
    assert found.sum("gateway_upstream_duration_seconds_sum", service="counter") >= 1
    assert found.sum("gateway_upstream_duration_seconds_count", service="catalog") == 1


def test_buckets_and_sum_tell_of_slow_answers(start: Start) -> None:
    gateway = start()
    held = gateway.services["counter"].delays["/api/ping"] = Event()
    with ThreadPoolExecutor(3) as pool:
        answers = [pool.submit(gateway.get, "/api/ping") for _ in range(3)]
        eventually(lambda: len(gateway.services["counter"].seen) == 3)
        time.sleep(0.06)  # longer than the bucket that must stay empty
        held.set()
        assert [answer.result().status_code for answer in answers] == [200] * 3
    found = counted(gateway, requests_of, 3)
    for name, labels in (("request", {"route": "/api/ping"}), ("upstream", {"service": "counter"})):
        family = f"gateway_{name}_duration_seconds"
        assert found.sum(f"{family}_bucket", le="0.05", **labels) == 0
        assert found.sum(f"{family}_bucket", le="+Inf", **labels) == 3
        assert found.sum(f"{family}_sum", **labels) >= 0.18


def test_bytes_are_those_that_were_sent(start: Start) -> None:
    gateway = start()
    gateway.services["counter"].answers["/api/ping"] = (200, {}, b"x" * 500_000)
    before = scrape(gateway).sum("gateway_sent_bytes_total")
    gateway.get("/api/ping")
    sent = counted(gateway, requests_of, 1).sum("gateway_sent_bytes_total") - before
    assert 500_000 < sent < 510_000


def test_no_client_makes_the_metrics_grow(start: Start) -> None:
    gateway = start()

    def ask(n: int) -> None:
        for method, path in (("M" + "N" * n, "/api/ping"), ("GET", f"/unknown/{n}"), ("GET", f"/api/counters/c{n}")):
            headers = {"X-Request-ID": f"request-id-{n}", "Host": f"host-{n}.example", "User-Agent": f"agent-{n}"}
            gateway.request(method, f"{path}?q={n}", f"token-{n}", headers=headers)

    ask(0)
    series = others_than_probes(counted(gateway, requests_of, 3))
    for n in range(1, 60):
        ask(n)
    found = counted(gateway, requests_of, 180)
    assert others_than_probes(found) == series
    assert requests_of(found, method="other") == 60
    assert requests_of(found, route="/api/counters/{name}") == 60
