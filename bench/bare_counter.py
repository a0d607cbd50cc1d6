"""What bench/counter.py compares with: a Flask view that does one INCR, with no token, no limits and no history."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator

import requests
from flask import Flask
from redis import Redis

from quartet.testing.ports import free_port
from quartet.testing.waiting import eventually

URL = "BENCH_REDIS_URL"


def create_app() -> Flask:
    """Return an application that counts in the Redis of the environment."""
    app = Flask(__name__)
    redis = Redis.from_url(os.environ[URL])

    @app.route("/count", methods=["GET", "POST"])
    def count() -> dict[str, object]:
        return {"visits": redis.incr("bench:visits")}

    return app


@contextlib.contextmanager
def running(redis_url: str) -> Iterator[str]:
    """Serve it with one worker, and yield its address."""
    port = free_port()
    options = ["--workers=1", "--threads=8", f"--bind=127.0.0.1:{port}", "--log-level=error", "--no-control-socket"]
    command = [sys.executable, "-m", "gunicorn", *options, "bench.bare_counter:create_app()"]
    process = subprocess.Popen(command, env={**os.environ, URL: redis_url})
    try:
        eventually(lambda: _counts(f"http://127.0.0.1:{port}/count"), within=60)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


def _counts(url: str) -> bool:
    with contextlib.suppress(requests.RequestException):
        return requests.get(url, timeout=1).status_code == 200
    return False
