"""Requests whose end can be read in two ways: the gateway sees one end, and nobody behind it sees another.

After each message comes a second request, which must not be answered where it belongs to a body or where the message is
refused, and a third, which tells that all has been read. A bare LF is one line's end to nginx, which RFC 9112 §2.2
permits and no setting forbids; it is written anew for the service, so that both read the same.
"""

import secrets
from collections.abc import Callable, Iterator

import pytest

from tests.integration.attacks.wire import Answer, exchange, request
from tests.integration.platform_choice import Platform
from tests.integration.platform_client import Api, User

PATH = "/api/auth/refresh"
BODY = b'{"refresh_token":"qr1.a.b.1.c"}'
CHUNKED = b"%x\r\n%b\r\n0\r\n\r\n" % (len(BODY), BODY)
REFUSED = 401
"""What the service says to BODY when it has come whole."""


class Shapes:
    """The requests of one test; their ids tell whose an answer is."""

    def __init__(self, url: str) -> None:
        self.url = url
        tag = secrets.token_hex(8)
        self.outer, self.inner, self.last = f"outer-{tag}", f"inner-{tag}", f"last-{tag}"
        self.hidden = request(url, "/api/ping", f"X-Request-ID: {self.inner}")
        self.closing = request(url, "/health/live", f"X-Request-ID: {self.last}", "Connection: close")

    def message(self, fields: bytes, body: bytes, line: bytes = b"POST /api/auth/refresh HTTP/1.1") -> bytes:
        host = request(self.url, "/").split(b"\r\n")[1]
        usual = b"Content-Type: application/json\r\nX-Request-ID: " + self.outer.encode()
        return b"\r\n".join((line, host, usual, fields)) + b"\r\n\r\n" + body

    def answers(self, *parts: bytes) -> list[Answer]:
        return exchange(self.url, b"".join((*parts, self.closing)), head=parts[0].startswith(b"HEAD"))


@pytest.fixture
def shapes(platform: Platform) -> Shapes:
    return Shapes(platform.url)


@pytest.fixture(autouse=True)
def undisturbed(platform: Platform) -> Iterator[None]:
    """Others, whose requests go over the same connections to the services, get their own answers afterwards."""
    yield
    api = Api(platform.url)
    for path in ("/api/ping", "/api/products/999999999", "/.well-known/jwks.json") * 2:
        own = f"other-{secrets.token_hex(8)}"
        answer = api.get(path, headers={"X-Request-ID": own})
        assert answer.headers["X-Request-ID"] == own
        assert answer.status_code == (404 if "999" in path else 200)
    api.session.close()


LENGTHS = [
    (400, b"Content-Length: 5\r\nTransfer-Encoding: chunked"),
    (400, b"Transfer-Encoding: chunked\r\nContent-Length: 5"),
    (400, b"Content-Length: 5\r\nContent-Length: 5"),
    (400, b"Content-Length: 0\r\nContent-Length: 5"),
    (400, b"Content-Length: 5\r\ncontent-length: 0"),
    (400, b"Content-Length: 0, 5"),
    (400, b"Content-Length: +5"),
    (400, b"Content-Length: -1"),
    (400, b"Content-Length: 0x5"),
    (400, b"Content-Length: 5 5"),
    (400, b"Content-Length: 5.0"),
    (400, b"Content-Length: 5;"),
    (400, b"Content-Length:"),
    (400, b"Content-Length"),
    (400, b"Content-Length : 5"),
    (400, b"Content-Length:\r\n 5"),
    (400, b"Content-Length: 18446744073709551617"),
    (400, b"Content-Length: \xb2"),
    (501, b"Transfer-Encoding: chunked, identity"),
    (501, b"Transfer-Encoding: identity, chunked"),
    (501, b"Transfer-Encoding: chunked, chunked"),
    (501, b"Transfer-Encoding: identity"),
    (501, b"Transfer-Encoding: gzip, chunked"),
    (501, b"Transfer-Encoding: xchunked"),
    (501, b"Transfer-Encoding: chunkedx"),
    (501, b"Transfer-Encoding: chunked;q=1"),
    (501, b'Transfer-Encoding: "chunked"'),
    (501, b"Transfer-Encoding: ,chunked"),
    (501, b"Transfer-Encoding:\tchunked"),
    (501, b"Transfer-Encoding: \x0bchunked"),
    (501, b"Transfer-Encoding: chunked\t"),
    (501, b"Transfer-Encoding: chun\xeb"),
    (501, b"Transfer-Encoding: \xa0chunked"),
    (501, b"Transfer-Encoding:"),
    (501, b"Transfer-Encoding"),
    (400, b"Transfer-Encoding: chunked\x00"),
    (400, b"Transfer-Encoding\x00: chunked"),
    (400, b"Transfer-Encoding : chunked"),
    (400, b"Transfer-Encoding\t: chunked"),
    (400, b" Transfer-Encoding: chunked"),
    (400, b"Transfer-Encoding:\r\n chunked"),
    (400, b"Transfer-Encoding: chunked,\r\n\tidentity"),
    (400, b"X: y\r\n Transfer-Encoding: chunked"),
    (400, b"X: y\rTransfer-Encoding: chunked"),
    (400, b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"),
    (400, b"Transfer-Encoding: identity\r\nTransfer-Encoding: chunked"),
    (400, b"Transfer-Encoding: chunked\r\ntransfer-encoding: x"),
    (400, b"X: y\nTransfer-Encoding: chunked\nContent-Length: 5"),
]


@pytest.mark.parametrize(("status", "fields"), LENGTHS)
def test_a_doubtful_length_is_refused_with_all_that_follows(shapes: Shapes, status: int, fields: bytes) -> None:
    (answer,) = shapes.answers(shapes.message(fields, b"0\r\n\r\n"), shapes.hidden)
    assert (answer.status, answer.code) == (status, {400: "malformed_request", 501: "not_implemented"}[status])
    assert answer.request_id == shapes.outer
    assert answer.headers["Connection"] == "close"


@pytest.mark.parametrize("fields", [b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked\r\nContent-Length: 5"])
def test_chunks_are_not_for_http_1_0(shapes: Shapes, fields: bytes) -> None:
    (answer,) = shapes.answers(shapes.message(fields, CHUNKED, b"POST /api/auth/refresh HTTP/1.0"), shapes.hidden)
    assert (answer.status, answer.code) == (400, "malformed_request")


@pytest.mark.parametrize(
    "chunks",
    [
        b"ffffffffffffffff1\r\n" + BODY + b"\r\n0\r\n\r\n",
        b"7fffffffffffffff\r\n" + BODY + b"\r\n0\r\n\r\n",
        b"ffffffffffffffe1\r\n" + BODY + b"\r\n0\r\n\r\n",
        b"-1\r\n" + BODY + b"\r\n0\r\n\r\n",
        b"+1f\r\n" + BODY + b"\r\n0\r\n\r\n",
        b"0x1f\r\n" + BODY + b"\r\n0\r\n\r\n",
        b" 1f\r\n" + BODY + b"\r\n0\r\n\r\n",
        b"1g\r\n" + BODY + b"\r\n0\r\n\r\n",
        b"\r\n" + BODY + b"\r\n0\r\n\r\n",
        b"1f\n" + BODY + b"\n0\n\n",
        b"1f\r" + BODY + b"\r0\r\r",
        b"1f\r\n" + BODY + b"0\r\n\r\n",
        b"1f;x=\ny\r\n" + BODY + b"\r\n0\r\n\r\n",
        b"1f\x00\r\n" + BODY + b"\r\n0\r\n\r\n",
        b"5\r\n" + BODY + b"\r\n0\r\n\r\n",
    ],
)
def test_a_chunk_of_doubtful_size_is_refused_with_all_that_follows(shapes: Shapes, chunks: bytes) -> None:
    (answer,) = shapes.answers(shapes.message(b"Transfer-Encoding: chunked", chunks), shapes.hidden)
    assert answer.status in {400, 413}
    assert answer.code == {400: "malformed_request", 413: "body_too_large"}[answer.status]
    assert answer.request_id == shapes.outer


@pytest.mark.parametrize(
    ("fields", "body"),
    [
        (b"Content-Length: 31", BODY),
        (b"Content-Length: 00031", BODY),
        (b"Content-Length: 31 \r\nContent_Length: 0\r\nX-Content-Length: 0", BODY),
        (b"Transfer-Encoding: CHUNKED", CHUNKED),
        (b"Transfer-Encoding: chunked ", CHUNKED),
        (b"X: y\nTransfer-Encoding: chunked", CHUNKED),
        (b"X: y\r\r\nTransfer-Encoding: chunked\r", CHUNKED),
        (b"Transfer-Encoding: chunked\r\nConnection: Transfer-Encoding", CHUNKED),
        (b"Content-Length: 31\r\nConnection: Content-Length, Host, keep-alive", BODY),
        (b"Content-Length: 31\r\nTransfer_Encoding: chunked", BODY),
        (b"Content-Length: 31\r\nExpect: 200-maybe", BODY),
        (b"Content-Length: 31\r\nUpgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAA", BODY),
        (b"Content-Length: 31\r\nUpgrade: websocket\r\nConnection: Upgrade", BODY),
        (
            b"Transfer-Encoding: chunked\r\nTrailer: Content-Length",
            CHUNKED[:-2] + b"Content-Length: 0\r\nHost: x\r\n\r\n",
        ),
        (b"Transfer-Encoding: chunked", b"1f;x=y\r\n" + BODY + b"\r\n0;z\r\n\r\n"),
        (b"Transfer-Encoding: chunked", b"1f;" + b"x" * 20_000 + b"\r\n" + BODY + b"\r\n0\r\n\r\n"),
        (b"Transfer-Encoding: chunked", b"0" * 5000 + CHUNKED),
        (b"Transfer-Encoding: chunked", CHUNKED[:-2] + b"X: y\r\n" * 5000 + b"\r\n"),
    ],
)
def test_what_has_one_reading_is_read_so_by_the_service_too(shapes: Shapes, fields: bytes, body: bytes) -> None:
    answers = shapes.answers(shapes.message(fields, body), shapes.hidden)
    assert [answer.request_id for answer in answers] == [shapes.outer, shapes.inner, shapes.last]
    assert [answer.status for answer in answers] == [REFUSED, 200, 200]


def test_a_length_in_a_name_with_an_underscore_is_none(shapes: Shapes) -> None:
    answers = shapes.answers(shapes.message(b"Content_Length: 1000", b""), shapes.hidden)
    assert [answer.request_id for answer in answers] == [shapes.outer, shapes.inner, shapes.last]


@pytest.mark.parametrize("line", ["GET /api/ping", "HEAD /api/ping", "OPTIONS /api/ping", "GET /", "GET /health"])
@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_where_none_belongs_is_not_the_next_request(shapes: Shapes, line: str, chunked: bool) -> None:
    start = line.encode() + b" HTTP/1.1"
    if chunked:
        body = b"%x\r\n%b\r\n0\r\n\r\n" % (len(shapes.hidden), shapes.hidden)
        answers = shapes.answers(shapes.message(b"Transfer-Encoding: chunked", body, start))
    else:
        answers = shapes.answers(shapes.message(b"Content-Length: %d" % len(shapes.hidden), shapes.hidden, start))
    assert [answer.request_id for answer in answers] == [shapes.outer, shapes.last]


@pytest.mark.parametrize(
    ("line", "status"),
    [
        ("POST /nothing", 404),
        ("POST /_check", 404),
        ("PUT /api/ping", 405),
        ("TRACE /api/ping", 405),
        ("POST /api/vectors", 401),
        ("DELETE /api/auth/me", 401),
        ("POST /api//vectors", 400),
        ("POST /api/auth/refresh", 400),
        ("GET /api/products/999999999", 404),
    ],
)
def test_the_body_of_what_is_refused_is_not_the_next_request(shapes: Shapes, line: str, status: int) -> None:
    length = b"Content-Length: %d" % len(shapes.hidden)
    first, *rest = shapes.answers(shapes.message(length, shapes.hidden, line.encode() + b" HTTP/1.1"))
    assert (first.request_id, first.status) == (shapes.outer, status)
    assert [answer.request_id for answer in rest] in ([], [shapes.last])


def test_the_rest_of_what_is_too_long_is_not_the_next_request(shapes: Shapes) -> None:
    flood = shapes.hidden * (70_000 // len(shapes.hidden))
    (answer,) = shapes.answers(shapes.message(b"Content-Length: %d" % len(flood), flood))
    assert (answer.status, answer.code, answer.request_id) == (413, "body_too_large", shapes.outer)


@pytest.mark.parametrize(
    "body", [b"Content-Length: 1000\r\n\r\n" + BODY, b"Transfer-Encoding: chunked\r\n\r\n1f\r\n" + BODY]
)
def test_a_message_that_never_ends_reaches_nobody(
    shapes: Shapes, body: bytes, victim: User, reached_a_service: Callable[[set[str], str], set[str]]
) -> None:
    fields, _, content = body.partition(b"\r\n\r\n")
    assert exchange(shapes.url, shapes.message(fields, content), give_up=True) == []
    assert reached_a_service({shapes.outer}, victim["access_token"]) == set()


@pytest.mark.parametrize(
    "data",
    [
        b"GET /api/ping\r\n",
        b"GET /api/ping\n",
        b"GET /api/ping\nX: y HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /api/ping HTTP/0.9\r\n\r\n",
        b"GET /api/ping HTTP/1.1\rHost: x\r\r",
        b"GET\t/api/ping\tHTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /api/ping HTTP/1.1 \x00\r\nHost: x\r\n\r\n",
        b"GET /api/ping HTTP/1.1 HTTP/1.0\r\nHost: x\r\n\r\n",
        b"GET /api/ping http/1.1\r\nHost: x\r\n\r\n",
        b"GET /api/ping HTTP/01.1\r\nHost: x\r\n\r\n",
        b"GET /api/ping HTTP/1,1\r\nHost: x\r\n\r\n",
        b"GET /api/ping HTTP/2.0\r\nHost: x\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"a" * 40,
        b"PROXY TCP4 10.0.0.1 10.0.0.2 1 2\r\nGET /api/ping HTTP/1.1\r\nHost: x\r\n\r\n",
        b"\x00" * 1000,
    ],
)
def test_what_is_another_protocol_is_answered_with_a_refusal_and_the_end(shapes: Shapes, data: bytes) -> None:
    answers = shapes.answers(data, shapes.hidden)
    assert len(answers) <= 1
    for answer in answers:
        if answer.status == 0:
            assert b'"code":"malformed_request"' in answer.body
        else:
            assert (answer.status, answer.code) in {(400, "malformed_request"), (505, "http_version_not_supported")}
