"""The gateway as shipped before an upstream that costs nothing, so that the gateway is what is measured."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import requests

from devtools.binaries import find_nginx
from devtools.given import ROOT
from devtools.ports import free_block
from quartet.testing import INTERNAL_SECRET, AuthServer, SigningKey

UPSTREAM = """
daemon off; worker_processes 1; pid upstream.pid; error_log stderr crit;
events {{ worker_connections 1024; }}
http {{
    access_log off; keepalive_requests 1000000;
    client_body_temp_path body; proxy_temp_path proxy;
    fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
    default_type application/json;
    server {{ listen 127.0.0.1:{upstream}; location / {{ return 200 '{{"visits":1}}'; }} }}
    upstream same {{ server 127.0.0.1:{upstream}; keepalive 64; }}
    server {{
        listen 127.0.0.1:{proxy};
        location / {{ proxy_pass http://same; proxy_http_version 1.1; proxy_set_header Connection ""; }}
    }}
}}
"""


@dataclass(frozen=True)
class Bench:
    """Addresses: the upstream itself, a bare nginx proxy before it, and the gateway before it."""

    direct: str
    bare: str
    gateway: str


@contextlib.contextmanager
def benches(folder: Path, key: SigningKey) -> Iterator[Bench]:
    """Start upstream, bare proxy and gateway (one worker each), and auth's two inner answers."""
    auth = AuthServer([key])
    upstream, proxy, port, internal, metrics = free_block()[:5]
    (folder / "upstream").mkdir()
    (folder / "upstream/nginx.conf").write_text(UPSTREAM.format(upstream=upstream, proxy=proxy))
    environment = {
        "PATH": os.environ["PATH"],
        "NGINX": find_nginx(),
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "INTERNAL_PORT": str(internal),
        "METRICS_PORT": str(metrics),
        "RUN_DIR": str(folder / "gateway"),
        "WORKERS": "1",
        "INTERNAL_SECRET": INTERNAL_SECRET,
        "AUTH_UPSTREAM": auth.url.removeprefix("http://"),
        "CATALOG_UPSTREAM": "",
        "COUNTER_UPSTREAM": f"127.0.0.1:{upstream}",
        "VECTORS_UPSTREAM": "",
        "RATE_LIMIT_FACTOR": "100000",
        "TOKEN_CACHE_SIZE": "64m",
        "ACCESS_LOG": str(folder / "access.log"),
    }
    processes = [
        subprocess.Popen([find_nginx(), "-p", str(folder / "upstream"), "-c", "nginx.conf"], start_new_session=True),
        subprocess.Popen([ROOT / "gateway/entrypoint.sh"], env=environment, start_new_session=True),
    ]
    try:
        bench = Bench(f"http://127.0.0.1:{upstream}", f"http://127.0.0.1:{proxy}", f"http://127.0.0.1:{port}")
        _wait_until_ready(f"{bench.gateway}/health/ready")
        yield bench
    finally:
        for process in processes:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(10)
        auth.close()


def _wait_until_ready(url: str) -> None:
    deadline = time.monotonic() + 15
    while True:
        with contextlib.suppress(requests.RequestException):
            if requests.get(url, timeout=1).ok:
                return
        if time.monotonic() > deadline:
            raise RuntimeError(f"{url} never became ready")
        time.sleep(0.05)
