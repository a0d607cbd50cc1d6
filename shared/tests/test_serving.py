"""A service under gunicorn: metrics of all workers, an orderly end, nothing but JSON in its log."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from devtools.given import ROOT
from quartet.testing.ports import free_port, wait_for
from quartet.testing.waiting import eventually

REQUESTS = 200


class Served:
    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        (folder / "metrics").mkdir()
        self.log = folder / "log"
        environment = {
            "PATH": os.environ["PATH"],
            "PORT": str(port),
            "STATE_DIR": str(folder),
            "PROMETHEUS_MULTIPROC_DIR": str(folder / "metrics"),
            **settings,
        }
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "gunicorn",
                    "-c",
                    "python:quartet.gunicorn_conf",
                    "shared.tests.serving:create_app()",
                ],
                cwd=ROOT,
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def counted(self, route: str) -> float:
        """How many requests for `route` were answered well, as the metrics of all workers say."""
        metrics = requests.get(f"{self.url}/metrics", timeout=10).text
        line = rf'^quartet_http_requests_total{{method="GET",route="{route}",status="200"}} ([\d.]+)$'
        found = re.search(line, metrics, re.M)
        assert found, metrics
        return float(found[1])


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    served = Served(tmp_path)
    wait_for(f"{served.url}/health/ready")
    yield served
    served.process.terminate()
    served.process.wait(30)


def test_metrics_count_exactly_over_all_workers(served: Served) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: requests.get(f"{served.url}/fast", timeout=10), range(REQUESTS)))
    assert len({answer.json()["pid"] for answer in answers}) == 2
    assert served.counted("/fast") == REQUESTS


def test_a_worker_that_dies_is_replaced_and_its_requests_still_count(served: Served) -> None:
    dead = requests.get(f"{served.url}/fast", timeout=10).json()["pid"]
    os.kill(dead, signal.SIGKILL)
    answered, deadline, pids = 1, time.monotonic() + 20, set[int]()
    while len(pids) < 2:
        assert time.monotonic() < deadline
        try:
            pids.add(requests.get(f"{served.url}/fast", timeout=10).json()["pid"])
            answered += 1
        except requests.ConnectionError:
            continue  # the dead worker had taken this one
    assert dead not in pids
    assert served.counted("/fast") == answered


def test_a_request_under_way_is_answered_before_the_end(served: Served) -> None:
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(requests.get, f"{served.url}/slow", timeout=20)
        eventually((served.folder / "arrived").exists)
        served.process.send_signal(signal.SIGTERM)
        with pytest.raises(subprocess.TimeoutExpired):
            served.process.wait(0.5)
        (served.folder / "go").touch()
        assert answer.result().json() == {"draining": True}
    assert served.process.wait(60) == 0


def test_one_that_drains_goes_on_for_those_who_have_not_heard_of_it(tmp_path: Path) -> None:
    leaving = Served(tmp_path, DRAIN_SECONDS="2")
    wait_for(f"{leaving.url}/health/ready")
    with ThreadPoolExecutor(1) as pool:
        under_way = pool.submit(requests.get, f"{leaving.url}/slow", timeout=20)
        eventually((tmp_path / "arrived").exists)
        leaving.process.send_signal(signal.SIGTERM)
        eventually(lambda: requests.get(f"{leaving.url}/health/ready", timeout=10).status_code == 503)
        assert requests.get(f"{leaving.url}/fast", timeout=10).ok
        (tmp_path / "go").touch()
        assert under_way.result().json() == {"draining": True}
    assert leaving.process.wait(60) == 0


def answer_to(url: str, request: bytes) -> requests.Response:
    """Send bytes as they are, as no HTTP library would."""
    port = int(url.rsplit(":", 1)[1])
    with socket.create_connection(("127.0.0.1", port), 20) as connection:
        connection.sendall(request)
        with http.client.HTTPResponse(connection) as raw:
            raw.begin()
            answer = requests.Response()
            answer.status_code = raw.status
            answer.headers.update(raw.getheaders())
            answer._content = raw.read()
    return answer


@pytest.mark.parametrize(
    "headers",
    [
        b"".join(b"X-%d: 1\r\n" % n for n in range(120)),
        b"x:\r\n" * 11_000,
        b"X-Long: " + b"x" * 8_181 + b"\r\n",
        b"Cookie: " + b"; ".join([b"c=" + b"x" * 8_000] * 4) + b"\r\n",
    ],
    ids=["many", "as many as nginx takes", "long", "cookies that nginx joined"],
)
def test_what_the_gateway_lets_through_a_service_reads(served: Served, headers: bytes) -> None:
    request = b"GET /fast HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + headers + b"\r\n"
    assert answer_to(served.url, request).status_code == 200


def test_who_sends_all_of_a_body_that_is_too_long_finds_the_answer(served: Served) -> None:
    head = b"POST /greetings HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 6000000\r\n"
    assert answer_to(served.url, head + b"Connection: close\r\n\r\n" + b" " * 6_000_000).status_code == 413


@pytest.mark.parametrize(
    ("request_bytes", "status", "code"),
    [
        (b"GET /fast HTTP/1.1\r\nHost: a\r\nX-A: secret\x01\r\n\r\n", 400, "malformed_request"),
        (b"GET /fast HTTP/1.1\r\nsecret\r\n\r\n", 400, "malformed_request"),
        (b"secret\r\n\r\n", 400, "malformed_request"),
        (b"GET /fast HTTP/1.1\r\nHost: a\r\nExpect: secret\r\n\r\n", 400, "malformed_request"),
        (b"GET /" + b"x" * 9_000 + b" HTTP/1.1\r\n\r\n", 414, "uri_too_long"),
        (b"GET /fast HTTP/1.1\r\nHost: a\r\nX-A: " + b"x" * 40_000 + b"\r\n\r\n", 431, "headers_too_large"),
        (b"GET /fast HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: secret\r\n\r\n", 501, "not_implemented"),
    ],
    ids=["control character", "no header", "no request", "expectation", "long path", "long header", "coding"],
)
def test_what_cannot_be_read_is_a_problem_too(served: Served, request_bytes: bytes, status: int, code: str) -> None:
    answer = answer_to(served.url, request_bytes)
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
    assert {name: answer.json()[name] for name in ("code", "status")} == {"code": code, "status": status}
    assert re.fullmatch("[0-9a-f]{32}", answer.json()["request_id"])
    assert b"secret" not in answer.content


def test_the_log_is_json_only(served: Served) -> None:
    requests.get(f"{served.url}/fast", timeout=10)
    served.process.terminate()
    served.process.wait(30)
    records = [json.loads(line) for line in served.log.read_text().splitlines()]
    assert {"quartet.access", "gunicorn.error"} <= {record["logger"] for record in records}
    assert all(record["service"] == "toy" for record in records)
