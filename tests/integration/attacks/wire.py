"""Requests sent byte by byte, as no HTTP library would, and every answer that comes back for them."""

import contextlib
import http.client
import json
import os
import socket
import ssl
from dataclasses import dataclass
from typing import Any, BinaryIO
from urllib.parse import urlsplit

PATIENCE = 20.0


@dataclass(frozen=True)
class Answer:
    """One response. Status 0 is what HTTP/0.9 is given: a body, and nothing that says what it is."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def request_id(self) -> str:
        return self.headers["X-Request-ID"] or ""

    @property
    def code(self) -> str:
        """The code of a problem document; AssertionError when the answer is anything else."""
        assert self.headers["Content-Type"] == "application/problem+json", self
        document: dict[str, Any] = json.loads(self.body)
        assert (document["status"], document["request_id"]) == (self.status, self.request_id)
        return str(document["code"])


def connect(url: str) -> socket.socket:
    """A connection to the gateway, encrypted where its URL says so."""
    gateway = urlsplit(url)
    encrypted = gateway.scheme == "https"
    connection = socket.create_connection(
        (gateway.hostname or "", gateway.port or (443 if encrypted else 80)), PATIENCE
    )
    if not encrypted:
        return connection
    context = ssl.create_default_context(cafile=os.environ.get("REQUESTS_CA_BUNDLE"))
    return context.wrap_socket(connection, server_hostname=gateway.hostname)


def request(url: str, target: str, *fields: str, method: str = "GET", body: bytes = b"") -> bytes:
    """The bytes of one request with target and header fields as they are, in Latin-1; no length of `body` is added."""
    lines = (f"{method} {target} HTTP/1.1", f"Host: {urlsplit(url).netloc}", *fields, "", "")
    return "\r\n".join(lines).encode("latin-1") + body


def ask(url: str, target: str, *fields: str, method: str = "GET", body: bytes = b"") -> Answer:
    """Send one request and return its one answer."""
    length = (f"Content-Length: {len(body)}",) if body else ()
    data = request(url, target, *fields, *length, "Connection: close", method=method, body=body)
    (answer,) = exchange(url, data, head=method == "HEAD")
    return answer


def exchange(url: str, data: bytes, *, head: bool = False, give_up: bool = False) -> list[Answer]:
    """Send `data` over one connection and return all that is answered until the gateway closes it.

    `head` says that the first request is a HEAD; with `give_up` the client closes its side once it has sent all.
    """
    answers: list[Answer] = []
    with connect(url) as connection, connection.makefile("rb") as stream:
        # What is refused early is answered while data are under way, and the connection may then break.
        with contextlib.suppress(ConnectionError):
            connection.sendall(data)
            if give_up:
                connection.shutdown(socket.SHUT_WR)
        with contextlib.suppress(ConnectionError):
            while answer := read_answer(stream, head=head and not answers):
                answers.append(answer)
                if answer.headers["Connection"] == "close":
                    connection.shutdown(socket.SHUT_WR)  # else the gateway would wait for the rest of what it refused
    return answers


def read_answer(stream: BinaryIO, *, head: bool) -> Answer | None:
    line = stream.readline()
    if not line:
        return None
    if not line.startswith(b"HTTP/1.1 "):
        return Answer(0, http.client.HTTPMessage(), line + stream.read())
    status = int(line.split()[1])
    headers = http.client.parse_headers(stream)
    if head or status < 200 or status in {204, 304}:
        return Answer(status, headers, b"")
    if headers["Transfer-Encoding"] == "chunked":
        return Answer(status, headers, b"".join(read_chunks(stream)))
    return Answer(status, headers, stream.read(int(headers.get("Content-Length", -1))))


def read_chunks(stream: BinaryIO) -> list[bytes]:
    chunks = []
    while size := int(stream.readline(), 16):
        chunks.append(stream.read(size))
        stream.readline()
    stream.readline()
    return chunks
