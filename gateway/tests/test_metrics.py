"""Metrics: exact over all workers, whatever clients send, and for nobody but Prometheus."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
import requests

from gateway.tests.platform_under_test import GATEWAY, Gateway, Start, running
from gateway.tests.scrape import PROBES, Labels, Scrape, counted, requests_of, scrape
from quartet.testing.waiting import eventually


def changed(folder: Path, file: str, old: str, new: str) -> Path:
    """A copy of the gateway in which one text of a file is another."""
    home = folder / "home"
    shutil.copytree(GATEWAY, home, ignore=shutil.ignore_patterns("tests"))
    text = (home / file).read_text()
    assert old in text
    (home / file).write_text(text.replace(old, new))
    return home


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
    series = _others_than_probes(counted(gateway, requests_of, 3))
    for n in range(1, 60):
        ask(n)
    found = counted(gateway, requests_of, 180)
    assert _others_than_probes(found) == series
    assert requests_of(found, method="other") == 60
    assert requests_of(found, route="/api/counters/{name}") == 60


def _others_than_probes(found: Scrape) -> set[tuple[str, Labels]]:
    return {(name, labels) for name, labels in found.samples if dict(labels).get("route") not in PROBES}


def test_a_full_memory_for_counts_fails_no_request_and_is_told(tmp_path: Path) -> None:
    home = changed(tmp_path, "conf.d/metrics.conf", "zone=counts:4m", "zone=counts:32k")
    with running(tmp_path, home=home) as gateway:
        counter = gateway.services["counter"]
        before = requests_of(scrape(gateway))
        for n, status in enumerate(range(200, 590), 1):
            counter.answers["/api/ping"] = (status, {}, b"")
            if status not in {204, 304}:
                assert gateway.get("/api/ping").status_code == status, n
        found = _when(gateway, lambda now: now.sum("gateway_lost_counts_total") > 0)
        assert before < requests_of(found) < 388
        counter.answers.clear()
        assert gateway.status(gateway.auth.keys[0].token()) == 200
        gateway.pulled()


LINE = "|counter|/api/ping|GET|200||{cache}|\t0.0{n:02}\t0.010, 0.0{n:02}\t100\n"


def written(gateway: Gateway, text: str) -> None:
    """Write into the file that nginx writes to now, in one piece, as nginx does."""
    file = os.open(gateway.folder / "run" / f"counted.{int(time.time() / 10) % 2}", os.O_WRONLY | os.O_APPEND)
    try:
        assert os.write(file, text.encode()) == len(text)
    finally:
        os.close(file)


TORN = ["|cou", "|counter|/api/pi", LINE.format(n=1, cache="HIT")[:-5], "|", "garbage\n", "\t\t\n", "a\tb\tc\td\n",
        LINE.format(n=1, cache="HIT")[:-4] + "x\n", "x" * 100_000]  # fmt: skip


@pytest.mark.parametrize("torn", TORN, ids=lambda torn: torn[:20])
def test_a_torn_line_costs_only_itself(start: Start, torn: str) -> None:
    gateway = start()
    gateway.get("/api/ping")
    series = _others_than_probes(counted(gateway, requests_of, 1))
    line = LINE.format(n=10, cache="")
    written(gateway, line * 3 + torn + line * 4)
    found = counted(gateway, lambda now: now.sum("gateway_lost_counts_total") and requests_of(now), 8)
    assert requests_of(found, route="/api/ping", method="GET", status="200") == 8
    lost = found.sum("gateway_lost_counts_total")
    assert lost == 1 or len(torn) > 65536
    assert _others_than_probes(found) == series
    gateway.get("/api/ping")
    counted(gateway, requests_of, 9)


def test_a_backlog_of_several_slices_is_counted_exactly(start: Start) -> None:
    gateway = start()
    before = scrape(gateway).sum("gateway_sent_bytes_total")
    kinds = [(n, cache) for n in range(100) for cache in ("HIT", "MISS", "")]
    written(gateway, "".join(LINE.format(n=n, cache=cache) for n, cache in kinds) * 100)
    found = counted(gateway, requests_of, 100 * len(kinds))
    for result in ("hit", "miss"):
        assert found.sum("gateway_cache_total", result=result) == 10_000
    labels = {"service": "counter", "route": "/api/ping"}
    assert found.sum("gateway_request_duration_seconds_sum", **labels) == pytest.approx(300 * 4.95)
    assert found.sum("gateway_request_duration_seconds_bucket", **labels, le="0.01") == 300 * 11
    assert found.sum("gateway_request_duration_seconds_count", **labels) == 30_000
    assert found.sum("gateway_upstream_duration_seconds_sum", service="counter") == pytest.approx(300 * 5.95)
    assert found.sum("gateway_sent_bytes_total") - before >= 3_000_000
    assert found.sum("gateway_lost_counts_total") == 0


def test_files_are_emptied_and_nothing_is_lost_meanwhile(start: Start) -> None:
    gateway = start()
    files = [gateway.folder / "run" / f"counted.{n}" for n in (0, 1)]
    filled, emptied, asked = set[Path](), set[Path](), 0
    end = time.monotonic() + 45
    with gateway.connection() as connection:
        while len(emptied) < 2:
            assert time.monotonic() < end, "this never came true"
            connection.request("GET", "/api/ping")
            assert connection.getresponse().read() is not None
            asked += 1
            sizes = {file: file.stat().st_size for file in files}
            emptied |= {file for file in filled if sizes[file] == 0}
            filled |= {file for file in files if sizes[file] > 0}
    assert requests_of(counted(gateway, requests_of, asked)) == asked
    assert scrape(gateway).sum("gateway_lost_counts_total") == 0


def test_a_file_that_grows_too_large_is_dropped_and_told(tmp_path: Path) -> None:
    home = changed(tmp_path, "njs/tally.js", "LARGEST_FILE = 64 * 1024 * 1024", "LARGEST_FILE = 100000")
    with running(tmp_path, home=home) as gateway:
        text = LINE.format(n=1, cache="") * 5000
        written(gateway, text)
        eventually(lambda: scrape(gateway).sum("gateway_lost_counts_total") > 0)
        assert all((gateway.folder / "run" / f"counted.{n}").stat().st_size < len(text) for n in (0, 1))
        gateway.get("/api/ping")
        found = counted(gateway, requests_of, 1)
        assert found.sum("gateway_lost_counts_total") == pytest.approx(5000, abs=20)


def test_a_fault_of_one_file_does_not_keep_the_other_from_being_counted(start: Start) -> None:
    gateway = start()
    (gateway.folder / "run" / "counted.0").unlink()
    end = time.monotonic() + 25
    before = requests_of(scrape(gateway))
    while requests_of(scrape(gateway)) == before:
        assert time.monotonic() < end, "this never came true"
        gateway.get("/api/ping")
    assert "counted.0" in (gateway.folder / "error.log").read_text()


def test_counts_survive_a_reload_and_killed_workers_but_no_restart(start: Start) -> None:
    gateway = start()
    for _ in range(5):
        gateway.get("/api/ping")
    begun = counted(gateway, requests_of, 5).sum("gateway_start_time_seconds")
    gateway.reload()
    for worker in gateway.workers():
        os.kill(worker, signal.SIGKILL)
    eventually(lambda: gateway.workers() and _answers(gateway))
    gateway.get("/api/ping")
    found = counted(gateway, requests_of, 6)
    assert found.sum("gateway_start_time_seconds") == begun
    gateway.stop()
    gateway.start()
    assert requests_of(scrape(gateway)) == 0
    eventually(lambda: scrape(gateway).sum("gateway_start_time_seconds") > begun)


def _answers(gateway: Gateway) -> bool:
    with contextlib.suppress(requests.ConnectionError):
        return gateway.get("/health/live").ok
    return False


PUBLIC = ["/metrics", "/metrics/", "/Metrics", "/metrics?x", "/%6detrics", "//metrics", "/health/../metrics"]


@pytest.mark.parametrize("path", PUBLIC)
def test_clients_do_not_reach_the_metrics(gateway: Gateway, path: str) -> None:
    hosts = ["localhost", f"127.0.0.1:{gateway.metrics_port}", "metrics", ""]
    for host in hosts:
        status, _, body = gateway.raw(f"GET {path} HTTP/1.0\r\nHost: {host}\r\n\r\n".encode())
        assert status in {400, 404}
        assert b"gateway_" not in body


def test_there_is_nothing_but_metrics_and_only_on_the_address_that_is_set(gateway: Gateway) -> None:
    for path in ("/", "/health/live", "/internal/feed", "/pull/feed", "/api/ping", "/.well-known/jwks.json"):
        assert requests.get(f"http://127.0.0.1:{gateway.metrics_port}{path}", timeout=5).status_code == 404
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", gateway.metrics_port), 5)


@pytest.mark.parametrize("other", ["PORT", "INTERNAL_PORT", "TLS_PORT"])
def test_a_port_that_clients_reach_is_refused(gateway: Gateway, tmp_path: Path, other: str) -> None:
    settings = {**gateway.environment, "RUN_DIR": str(tmp_path / "run"), "METRICS_PORT": "8099", other: "8099"}
    result = subprocess.run(
        [GATEWAY / "entrypoint.sh", "check"], env=settings, capture_output=True, text=True, check=False
    )
    assert (result.returncode, result.stderr) == (64, f"gateway: METRICS_PORT is the same as {other}\n")


def test_a_dead_feed_grows_old_and_a_live_one_is_young(start: Start) -> None:
    gateway = start()
    feed = gateway.auth.feed
    feed.append("session.revoked", "one")
    feed.append("user.revoked", "two", 3)
    found = _when(gateway, lambda now: now.sum("gateway_feed_cursor") == 2)
    assert found.sum("gateway_jwks_keys") == 1
    if ("gateway_revocations", frozenset[tuple[str, str]]()) in found.samples:
        assert found.sum("gateway_revocations") == 2
    gateway.auth.stop()
    old = _when(gateway, lambda now: now.sum("gateway_feed_age_seconds") > 2)
    assert old.sum("gateway_jwks_age_seconds") > 1
    assert old.sum("gateway_feed_cursor") == 2
    failed = old.sum("gateway_pulls_total", what="feed", outcome="failed")
    assert failed > 0
    gateway.auth.start()
    young = _when(gateway, lambda now: now.sum("gateway_feed_age_seconds") < 2)
    assert young.sum("gateway_pulls_total", what="feed", outcome="ok") > found.sum(
        "gateway_pulls_total", what="feed", outcome="ok"
    )
    floor = int(time.time())
    feed.append("all.revoked", "*", floor, expires_at=floor + 4000)
    _when(gateway, lambda now: now.sum("gateway_revocation_floor_timestamp_seconds") == floor)


def _when(gateway: Gateway, condition: Callable[[Scrape], bool]) -> Scrape:
    def look() -> Scrape | None:
        found = scrape(gateway)
        return found if condition(found) else None

    result: Scrape = eventually(look)
    return result
