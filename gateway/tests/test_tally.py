"""Adding up: torn lines, backlogs, full files and full memory cost no more than themselves."""

import contextlib
import os
import shutil
import signal
import time
from pathlib import Path

import pytest
import requests

from gateway.tests.platform_under_test import GATEWAY, Gateway, Start, running
from gateway.tests.scrape import counted, others_than_probes, requests_of, scrape, when
from quartet.testing.waiting import eventually


def changed(folder: Path, file: str, old: str, new: str) -> Path:
    """A copy of the gateway in which one text of a file is another."""
    home = folder / "home"
    shutil.copytree(GATEWAY, home, ignore=shutil.ignore_patterns("tests"))
    text = (home / file).read_text()
    assert old in text
    (home / file).write_text(text.replace(old, new))
    return home


def test_a_full_memory_for_counts_fails_no_request_and_is_told(tmp_path: Path) -> None:
    home = changed(tmp_path, "conf.d/metrics.conf", "zone=counts:4m", "zone=counts:32k")
    with running(tmp_path, home=home) as gateway:
        counter = gateway.services["counter"]
        before = requests_of(scrape(gateway))
        for n, status in enumerate(range(200, 590), 1):
            counter.answers["/api/ping"] = (status, {}, b"")
            if status not in {204, 304}:
                assert gateway.get("/api/ping").status_code == status, n
        found = when(gateway, lambda now: now.sum("gateway_lost_counts_total") > 0)
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
    series = others_than_probes(counted(gateway, requests_of, 1))
    line = LINE.format(n=10, cache="")
    written(gateway, line * 3 + torn + line * 4)
    found = counted(gateway, lambda now: now.sum("gateway_lost_counts_total") and requests_of(now), 8)
    assert requests_of(found, route="/api/ping", method="GET", status="200") == 8
    lost = found.sum("gateway_lost_counts_total")
    assert lost == 1 or len(torn) > 65536
    assert others_than_probes(found) == series
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
