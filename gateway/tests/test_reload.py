"""`entrypoint.sh reload`: a gateway that runs takes other settings, and is back when the old workers have ended."""

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from devtools.binaries import find_nginx
from devtools.ports import free_block
from gateway.tests.platform_under_test import GATEWAY
from quartet.testing.waiting import eventually

ENTRYPOINT = str(GATEWAY / "entrypoint.sh")


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, str]:
    ports = free_block()
    return {
        "PATH": os.environ["PATH"],
        "NGINX": find_nginx(),
        "RUN_DIR": str(tmp_path / "run"),
        "INTERNAL_SECRET": "reload-tests-secret",
        "HOST": "127.0.0.1",
        "ACCESS_LOG": "off",
        "PORT": str(ports[0]),
        "INTERNAL_PORT": str(ports[1]),
        "METRICS_PORT": str(ports[2]),
    }


@pytest.fixture
def gateway(settings: dict[str, str]) -> Iterator[psutil.Process]:
    process = subprocess.Popen([ENTRYPOINT], env=settings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    master = psutil.Process(process.pid)
    try:
        eventually(lambda: workers(master), 60)
        yield master
    finally:
        process.terminate()
        process.wait(60)


def workers(gateway: psutil.Process) -> set[int]:
    """Nginx's own processes, none of what the entrypoint runs before it becomes nginx."""
    found = set()
    for child in gateway.children():
        with contextlib.suppress(psutil.ZombieProcess, psutil.NoSuchProcess):  # ended while we look
            if "worker process" in " ".join(child.cmdline()):
                found.add(child.pid)
    return found


def reload(settings: dict[str, str], **changed: str) -> int:
    return subprocess.run([ENTRYPOINT, "reload"], env=settings | changed, capture_output=True, check=False).returncode


def test_a_running_gateway_sends_requests_to_other_servers(settings: dict[str, str], gateway: psutil.Process) -> None:
    before = workers(gateway)
    assert reload(settings, CATALOG_UPSTREAM="127.0.0.2:8000 127.0.0.3:8000") == 0
    upstreams = Path(settings["RUN_DIR"], "conf.d/upstreams.conf").read_text()
    assert "server 127.0.0.2:8000 " in upstreams
    assert "server 127.0.0.3:8000 " in upstreams
    after = workers(gateway)
    assert after
    assert not before & after


def test_what_is_refused_leaves_the_gateway_as_it_is(settings: dict[str, str], gateway: psutil.Process) -> None:
    before = workers(gateway)
    assert reload(settings, CATALOG_UPSTREAM="catalog:8000;") == 64
    assert workers(gateway) == before
