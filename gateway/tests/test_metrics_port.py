"""Who reaches the metrics: nobody by the ports of clients."""

import shutil
import socket
import subprocess
from pathlib import Path

import pytest
import requests

from gateway.tests.platform_under_test import GATEWAY, Gateway

PUBLIC = [
    *("/metrics", "/metrics/", "/Metrics", "/metrics?x", "/%6detrics", "//metrics", "/health/../metrics"),
    "/stub_status",
]


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


@pytest.mark.skipif(shutil.which("getent") is None, reason="needs getent, which tells what a name resolves to")
def test_a_name_is_asked_for_once_and_not_by_nginx(gateway: Gateway, tmp_path: Path) -> None:
    settings = {**gateway.environment, "RUN_DIR": str(tmp_path), "METRICS_HOST": "localhost", "METRICS_PORT": "8099"}
    subprocess.run([GATEWAY / "entrypoint.sh", "check"], env=settings, check=True)
    assert "listen 127.0.0.1:8099;" in (tmp_path / "conf.d/metrics.conf").read_text()


@pytest.mark.parametrize("other", ["PORT", "INTERNAL_PORT", "TLS_PORT"])
def test_a_port_that_clients_reach_is_refused(gateway: Gateway, tmp_path: Path, other: str) -> None:
    settings = {**gateway.environment, "RUN_DIR": str(tmp_path / "run"), "METRICS_PORT": "8099", other: "8099"}
    result = subprocess.run(
        [GATEWAY / "entrypoint.sh", "check"], env=settings, capture_output=True, text=True, check=False
    )
    assert (result.returncode, result.stderr) == (64, f"gateway: METRICS_PORT is the same as {other}\n")
