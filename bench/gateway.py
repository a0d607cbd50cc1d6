"""The gateway as shipped, and what it is measured beside, before an upstream that costs nothing."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import requests

from bench import rivals
from bench.builds import Build
from bench.checker import KEY
from bench.cores import GATEWAY, REST, pinned
from devtools.binaries import find_nginx
from devtools.given import ROOT
from devtools.ports import free_block
from quartet.testing import INTERNAL_SECRET, AuthServer, SigningKey, TokenMaker
from quartet.testing.waiting import eventually

PUBLIC, PROTECTED = "/api/ping", "/api/count"


@dataclass(frozen=True)
class Bench:
    """Addresses; `haproxy` is empty where there is none."""

    upstream: str
    bare: str
    gateway: str
    asking: str
    haproxy: str


@contextmanager
def benches(folder: Path, build: Build, key: SigningKey) -> Iterator[Bench]:
    """Start all of them with one worker each: what is measured on one core, the upstream on another."""
    ports = dict(
        zip(
            ("upstream", "bare", "gateway", "internal", "metrics", "asking", "checker", "haproxy"),
            free_block(),
            strict=False,
        )
    )
    address = {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}
    rivals.write_upstream(folder / "upstream", ports["upstream"])
    rivals.write_bare_proxy(folder / "bare", ports["bare"], ports["upstream"])
    rivals.write_asking_proxy(folder / "asking", ports["asking"], ports["upstream"], ports["checker"])
    rivals.write_haproxy(folder / "haproxy", ports["haproxy"], ports["upstream"], key)
    haproxy = shutil.which("haproxy") or ""
    with ExitStack() as stack:
        auth = AuthServer([key])
        stack.callback(auth.close)
        stack.enter_context(_running(pinned(REST, _nginx(find_nginx(), folder / "upstream"))))
        for name in ("bare", "asking"):
            stack.enter_context(build.running(_nginx(build.program, folder / name), (folder,), {}))
        stack.enter_context(
            _running(pinned(GATEWAY, _checker(ports["checker"])), {KEY: str(folder / "haproxy/key.pem")})
        )
        if haproxy:
            stack.enter_context(_running(pinned(GATEWAY, [haproxy, "-q", "-f", str(folder / "haproxy/haproxy.cfg")])))
        settings = build.settings | _settings(folder, ports, auth.url.removeprefix("http://"))
        command = [str(ROOT / "gateway/entrypoint.sh")]
        stack.enter_context(build.running(command, (folder, ROOT / "gateway"), settings))
        headers = {"Authorization": f"Bearer {TokenMaker(key).token()}"}
        for name in ("upstream", "bare", "gateway", "asking", *(["haproxy"] if haproxy else [])):
            _wait_until_ready(address[name] + PROTECTED, headers)
        yield Bench(
            **{name: address[name] for name in ("upstream", "bare", "gateway", "asking")},
            haproxy=haproxy and address["haproxy"],
        )


def _settings(folder: Path, ports: dict[str, int], auth: str) -> dict[str, str]:
    """All that the gateway does is on: log, metrics, limits, revocations. The limits are too high to be met."""
    return {
        "HOST": "127.0.0.1",
        "PORT": str(ports["gateway"]),
        "INTERNAL_PORT": str(ports["internal"]),
        "METRICS_PORT": str(ports["metrics"]),
        "RUN_DIR": str(folder / "gateway"),
        "WORKERS": "1",
        "INTERNAL_SECRET": INTERNAL_SECRET,
        "AUTH_UPSTREAM": auth,
        "CATALOG_UPSTREAM": "",
        "COUNTER_UPSTREAM": f"127.0.0.1:{ports['upstream']}",
        "VECTORS_UPSTREAM": "",
        "RATE_LIMIT_FACTOR": "100000",
        "TOKEN_CACHE_SIZE": "256m",
        "ACCESS_LOG": str(folder / "access.log"),
    }


def _nginx(program: str, folder: Path) -> list[str]:
    return [program, "-p", str(folder), "-c", "nginx.conf"]


def _checker(port: int) -> list[str]:
    options = ["--bind", f"127.0.0.1:{port}", "--worker-class", "gthread", "--threads", "4", "--no-control-socket"]
    return [sys.executable, "-m", "gunicorn", *options, "bench.checker:create_app()"]


@contextmanager
def _running(command: list[str], settings: dict[str, str] | None = None) -> Iterator[None]:
    environment = {**os.environ, **(settings or {})}
    process = subprocess.Popen(command, env=environment, cwd=ROOT, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        yield
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(15)


def _wait_until_ready(url: str, headers: dict[str, str]) -> None:
    def answers() -> bool:
        with suppress(requests.RequestException):
            return requests.get(url, headers=headers, timeout=1).status_code == 200
        return False

    eventually(answers, within=30, what=url)
