"""Ports at which there is no Redis, or none that is of use."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from quartet.testing.ports import free_port


@contextmanager
def nobody() -> Iterator[int]:
    yield free_port()


@contextmanager
def black_hole() -> Iterator[int]:
    """A port at which connections are neither taken nor refused: its queue is full."""
    with socket.socket() as listener, socket.socket() as first, socket.socket() as second:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for each in (first, second):
            each.setblocking(False)
            each.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]


@contextmanager
def silence() -> Iterator[int]:
    """A port at which connections are taken, and nothing is ever said."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


@contextmanager
def one_sentence(sentence: str) -> Iterator[int]:
    """A port that answers everything with one sentence."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            with listener.accept()[0] as client:
                while client.recv(65536):
                    client.sendall(f"{sentence}\r\n".encode())

        threading.Thread(target=answer, daemon=True).start()
        yield listener.getsockname()[1]
