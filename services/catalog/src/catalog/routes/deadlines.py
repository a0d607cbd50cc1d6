"""Connections that take too long."""

import socket
import time
from collections.abc import Callable
from contextlib import suppress
from threading import Timer

from flask import request

from quartet.health import draining

LOOK_SECONDS = 0.5


class EarlyTimer(Timer):
    """A timer that does not wait for its end once the process is told to stop."""

    def run(self) -> None:
        end = time.monotonic() + self.interval
        while not draining.is_set() and (left := end - time.monotonic()) > 0:
            if self.finished.wait(min(left, LOOK_SECONDS)):
                return
        if not self.finished.is_set():
            self.function()


def shut_after(
    seconds: float, direction: int, also: Callable[[], None] = lambda: None, kind: type[Timer] = Timer
) -> Timer:
    """Shut the connection of the present request after some time, unless the timer that is returned is cancelled.

    A thread that waits for a slow client, to read or to write, goes on at once; it would wait for as long as bytes
    trickle. `direction` is socket.SHUT_RD, after which an answer can still be written, or SHUT_RDWR.
    """
    connection: socket.socket | None = request.environ.get("gunicorn.socket")

    def shut() -> None:
        also()
        if connection is not None:
            with suppress(OSError):
                connection.shutdown(direction)

    timer = kind(seconds, shut)
    timer.daemon = True
    timer.start()
    return timer
