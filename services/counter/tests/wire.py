"""A wire to a server that loses some of what it carries."""

import contextlib
import itertools
import random
import socket
import threading
from collections.abc import Callable
from typing import Literal, Self

Carried = Literal["question", "answer"]
Loses = Callable[[Carried, int, bytes], bool]
"""Whether to lose what comes on the connection of that number."""


class Wire:
    """Carries all connections made to `port` to `target`; a second try would get through.

    `loses` is asked at each question and at each answer: what is lost ends its connection, without a word. Another
    `target` is that of connections made later.
    """

    def __init__(self, target: int, loses: Loses = lambda *_: False) -> None:
        self.target = target
        self._loses = loses
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.url = f"redis://127.0.0.1:{self.port}/0"
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        for number in itertools.count():
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                client.close()
                continue
            for source, sink, carried in ((client, server, "question"), (server, client, "answer")):
                threading.Thread(target=self._carry, args=(source, sink, carried, number), daemon=True).start()

    def _carry(self, source: socket.socket, sink: socket.socket, carried: Carried, number: int) -> None:
        with contextlib.suppress(OSError):
            while (data := source.recv(65536)) and not self._loses(carried, number, data):
                sink.sendall(data)
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


def at_random(share: float, seed: int) -> Loses:
    """Lose that share of the questions and of the answers."""
    dice = random.Random(seed)  # noqa: S311 - the same losses at every run
    return lambda *_: dice.random() < share


class AnAnswer:
    """Lose the answer to the next question that holds a word, after `lose`."""

    def __init__(self) -> None:
        self._word = b""
        self._connection: int | None = None

    def lose(self, word: bytes) -> None:
        self._word = word

    def __call__(self, carried: Carried, connection: int, data: bytes) -> bool:
        if carried == "question" and self._word and self._word in data:
            self._word, self._connection = b"", connection
        if carried == "question" or connection != self._connection:
            return False
        self._connection = None
        return True
