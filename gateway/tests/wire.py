"""Answers that no HTTP library would send."""

import contextlib
import re
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from threading import Event, Thread

from gateway.tests.services import Auth


@dataclass
class Call:
    """A request on a connection of its own, and a way to answer it with bytes as they are."""

    request: bytes
    connection: socket.socket
    over: Event

    def send(self, *parts: bytes, every: float = 0.0) -> None:
        for part in parts:
            self.connection.sendall(part)
            if self.over.wait(every):
                return

    def send_page(self, status: str, body: bytes, *headers: str) -> None:
        lines = [f"HTTP/1.1 {status}", "Connection: close", f"Content-Length: {len(body)}", *headers, "", ""]
        self.send("\r\n".join(lines).encode(), body)

    def answer_as(self, auth: Auth) -> None:
        """Answer as this auth would, if it were here."""
        found = re.match(rb"GET (\S+) .*?(?:\nAuthorization: ([^\r]+)|\r\n\r\n)", self.request, re.DOTALL)
        assert found is not None
        target, authorization = found.groups(b"")
        status, body = auth.answer(target.decode(), authorization.decode()) or (404, b"{}")
        self.send_page(f"{status} Whatever", body)


@contextlib.contextmanager
def in_place_of(auth: Auth, behave: Callable[[Call], None]) -> Iterator[None]:
    """Stop this auth, and let `behave` handle each request that it would get; then start it again."""
    auth.stop()
    over = Event()
    with socket.create_server(("127.0.0.1", auth.port), backlog=64) as listening:
        listening.settimeout(0.02)

        def handle(connection: socket.socket) -> None:
            with connection, contextlib.suppress(OSError):
                connection.settimeout(5)
                request = b""
                while b"\r\n\r\n" not in request:
                    request += connection.recv(4096) or b"\r\n\r\n"
                behave(Call(request, connection, over))

        def accept() -> None:
            while not over.is_set():
                with contextlib.suppress(TimeoutError):
                    handling.append(Thread(target=handle, args=(listening.accept()[0],), daemon=True))
                    handling[-1].start()

        handling = [Thread(target=accept, daemon=True)]
        handling[0].start()
        try:
            yield
        finally:
            over.set()
            for thread in handling:
                thread.join()
    auth.start()
