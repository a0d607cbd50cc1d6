"""Connections that take too long."""

import socket
from collections.abc import Callable
from contextlib import suppress
from threading import Timer

from flask import request


def shut_after(seconds: float, direction: int, also: Callable[[], None] = lambda: None) -> Timer:
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

    timer = Timer(seconds, shut)
    timer.daemon = True
    timer.start()
    return timer
