"""gunicorn's settings, the same for all services: `gunicorn -c python:quartet.gunicorn_conf auth:create_app()`."""

import os
import signal
import socket
import uuid
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

from gunicorn import util
from prometheus_client import Gauge, multiprocess

from quartet import health, per_process, problems

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '5000')}"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "gthread"
threads = int(os.environ.get("THREADS", "8"))
timeout = 30
# After SIGTERM connections are taken for so long: until those who balance load have stopped sending any.
drain_seconds = int(os.environ.get("DRAIN_SECONDS", "0"))
graceful_timeout = 20 + drain_seconds
keepalive = 75
max_requests = 0
preload_app = True
control_socket_disable = True
forwarded_allow_ips = ""
# More than the gateway lets through: nginx takes 33 kB of header fields, and joins the Cookie fields into one.
limit_request_line = 8190
limit_request_fields = 12_000
limit_request_field_size = 36_864
accesslog = None
THREADS = Gauge("quartet_http_threads", "Threads that answer requests.", multiprocess_mode="livesum")
# Our own handler on the root logger writes gunicorn's records too.
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "loggers": {"gunicorn.error": {"level": "INFO", "handlers": [], "propagate": True}},
}
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108


def write_problem(client: socket.socket, status: int, _reason: str, _message: str) -> None:
    """Answer a request that cannot be read as any other error is: gunicorn's page is HTML and repeats what was sent."""
    status = status if status in problems.CODES else 400
    answer = problems.problem(status, *problems.CODES[status], request_id=uuid.uuid4().hex)
    head = f"HTTP/1.1 {answer.status}\r\nConnection: close\r\n{answer.headers}"
    util.write_nonblock(client, head.encode("latin-1") + answer.get_data())  # type: ignore[no-untyped-call]


util.write_error = write_problem
# A connection closed with some of a body unread is reset, and the gateway finds the reset in place of the answer (502
# for 413). gunicorn reads 64 KiB more; here it is more than the longest body of a service, for at most the same 2 s.
util.close_graceful = partial(util.close_graceful, max_drain=8 * 1024 * 1024)


def post_worker_init(worker: Any) -> None:
    """Let SIGTERM make the worker unready first and, DRAIN_SECONDS later, have gunicorn finish what the worker has."""
    stop = signal.getsignal(signal.SIGTERM)

    def leave(number: int, frame: FrameType | None) -> None:
        if health.leaving.is_set():
            return
        health.leaving.set()
        if drain_seconds:
            signal.alarm(drain_seconds)
        else:
            drain(number, frame)

    def drain(_number: int, frame: FrameType | None) -> None:
        health.draining.set()
        if callable(stop):
            stop(signal.SIGTERM, frame)

    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGALRM, drain)
    del worker


def post_fork(server: Any, worker: Any) -> None:
    """Say in the new worker what is summed over all of them."""
    del server
    THREADS.set(worker.cfg.threads)
    per_process.begin()


def child_exit(server: Any, worker: Any) -> None:
    """Drop the live gauges of a worker that ended."""
    del server
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
