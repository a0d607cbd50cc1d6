"""gunicorn's settings, the same for all services: `gunicorn -c python:quartet.gunicorn_conf auth:create_app()`."""

import os
import signal
from pathlib import Path
from types import FrameType
from typing import Any

from prometheus_client import multiprocess

from quartet import health

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '5000')}"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "gthread"
threads = int(os.environ.get("THREADS", "8"))
timeout = 30
graceful_timeout = 20
keepalive = 75
max_requests = 0
preload_app = True
control_socket_disable = True
forwarded_allow_ips = ""
limit_request_line = 8190
accesslog = None
# Our own handler on the root logger writes gunicorn's records too.
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "loggers": {"gunicorn.error": {"level": "INFO", "handlers": [], "propagate": True}},
}
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108


def post_worker_init(worker: Any) -> None:
    """Let SIGTERM make the worker unready first; gunicorn then lets it finish what it has."""
    stop = signal.getsignal(signal.SIGTERM)

    def drain(number: int, frame: FrameType | None) -> None:
        health.draining.set()
        if callable(stop):
            stop(number, frame)

    signal.signal(signal.SIGTERM, drain)
    del worker


def child_exit(server: Any, worker: Any) -> None:
    """Drop the live gauges of a worker that ended."""
    del server
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
