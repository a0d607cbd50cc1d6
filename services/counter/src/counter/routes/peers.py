"""Who reads a streamed answer: whether they are still there, and take more."""

import select
import socket

PATIENCE = 5_000
"""Milliseconds that a peer who takes nothing has before it is given up."""


class Peer:
    """The other end of a request's connection; of a server that does not show it, nothing is known and all is hoped."""

    def __init__(self, connection: socket.socket | None) -> None:
        self._connection = connection

    def has_gone(self) -> bool:
        """Whether the peer has closed the connection, as far as it was heard of."""
        if self._connection is None or not poll(self._connection, select.POLLIN, 0):
            return False
        try:
            return self._connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
        except BlockingIOError:
            return False
        except OSError:
            return True

    def takes(self) -> bool:
        """Return when a few lines can be written without waiting; False when that takes too long.

        The connection is cut then, since whatever is still written to it would wait as well.
        """
        if self._connection is None or poll(self._connection, select.POLLOUT, PATIENCE):
            return True
        self._connection.shutdown(socket.SHUT_RDWR)
        return False


def poll(connection: socket.socket, event: int, milliseconds: int) -> bool:
    """Whether an event, or the end of the connection, comes in time; `select` knows no descriptors above 1023."""
    waiting = select.poll()
    waiting.register(connection, event)
    return bool(waiting.poll(milliseconds))
