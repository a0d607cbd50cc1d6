"""Bodies that cost more to read than to send, or are not what was asked for."""

import json

import pytest

from tests.integration.attacks.bodies import FORM, JSON, MIB, PARTS, POSTS, post
from tests.integration.attacks.wire import exchange, request
from tests.integration.platform_client import Api

NESTED = [
    b"[" * 30_000 + b"]" * 30_000,
    b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    b'[{"a":' * 7_000 + b"1" + b"}]" * 7_000,
    b"[" * 65_000,
    b'{"sentence":' + b"[" * 30_000 + b"]" * 30_000 + b"}",
    b'{"name":' * 8_000,
    b'"' + b"\\" * 60_000,
    b"-" * 60_000,
    b" " * 60_000,
    b"/*" * 30_000,
    b"{}" * 30_000,
    b'{"a":1,' * 9_000,
]


@pytest.mark.parametrize("body", NESTED, ids=range(len(NESTED)))
def test_json_that_only_digs_is_malformed(api: Api, bearer: str, body: bytes) -> None:
    for path in POSTS:
        assert post(api, bearer, path, body).code == "malformed_request"


NUMBERS = [
    "9" * 4301,
    "9" * 60_000,
    "1e999999999",
    "1e-999999999",
    "-1e999999999",
    "1" + "0" * 400,
    "1e99999999999999999999",
]
NUMBERS += [
    "0." + "0" * 50_000 + "1",
    "NaN",
    "Infinity",
    "-Infinity",
    "-0",
    "1E400",
    "1.7976931348623159e308",
    "0x1",
    "01",
]


@pytest.mark.parametrize("number", NUMBERS, ids=lambda number: number[:30])
def test_a_number_that_nothing_holds_is_refused(api: Api, bearer: str, number: str) -> None:
    for path, body in (
        ("/api/products", f'{{"name":"a","price":{number if number != "-0" else "-1"}}}'),
        ("/api/counters/x/increment", f'{{"by":{number if number != "-0" else "true"}}}'),
        ("/api/vectors", f'{{"sentence":{number}}}'),
    ):
        answer = post(api, bearer, path, body.encode())
        assert (answer.status, answer.code) in {(400, "malformed_request"), (422, "invalid_input")}


STRANGE = [
    json.dumps({f"k{number}": 1 for number in range(4_000)}).encode(),
    # Whole numbers that hash to one value; as names of members they are text, and text is hashed with a secret.
    json.dumps({str(number * (2**61 - 1)): 1 for number in range(2_000)}).encode(),
    json.dumps({"a" * 60_000: 1}).encode(),
    json.dumps({"sentence": "a" * 60_000}).encode(),
    json.dumps({"sentences": ["a"] * 10_000}).encode(),
    json.dumps({"sentences": [""] * 10_000}).encode(),
    b'{"sentence":"' + b"\\u0041" * 5_000 + b"A" * 30_000 + b'"}',
    b'{"sentence":"\\ud800"}',
    b'{"sentence":"a\\u0000b"}',
    b'{"__proto__":{"roles":["admin"]},"constructor":1,"sentence":"a"}',
    b'{"__class__":{"__init__":{"__globals__":1}},"sentence":"a"}',
    b'{"sentence":"a","sentence":"b"}',
    b'{"sentence":"a","\\u0073entence":"b"}',
    b"[" + b"1," * 30_000 + b"1]",
    b'"sentence"',
    b"null",
    b"\xef\xbb\xbf{}",
    b'{"sentence":"\xff"}',
    b'{"sentence":"\xc0\xaf"}',
    '{"sentence":"a"}'.encode("utf-16"),
    '{"sentence":"a"}'.encode("utf-32"),
    b"\0" * 60_000,
    b"{'sentence':'a'}",
    b'{"sentence":"a"}\x00',
]


@pytest.mark.parametrize("body", STRANGE, ids=range(len(STRANGE)))
def test_json_that_is_not_what_was_asked_for_is_refused(api: Api, bearer: str, body: bytes) -> None:
    answers = [post(api, bearer, path, body) for path in POSTS]
    assert {(answer.status, answer.code) for answer in answers} <= {(400, "malformed_request"), (422, "invalid_input")}


def parts(number: int) -> bytes:
    part = b'--x\r\nContent-Disposition: form-data; name="a%d"; filename="../../%d"\r\n\r\n\r\n'
    return b"".join(part % (each, each) for each in range(number)) + b"--x--\r\n"


OTHER_TYPES = [
    ("multipart/form-data; boundary=x", parts(500)),
    ("multipart/form-data", b"--x"),
    ("multipart/mixed; boundary=x", parts(10)),
    ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % number for number in range(8_000))),
    ("application/xml", b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'),
    ("text/plain", b'{"sentence":"a"}'),
    ("text/json", b'{"sentence":"a"}'),
    ("application/x-python-pickle", b"cos\nsystem\n(S'id'\ntR."),
    ("application/yaml", b"!!python/object/apply:os.system [id]"),
    ("application/octet-stream", bytes(range(256)) * 200),
    ("application/json, text/html", b'{"sentence":"a"}'),
    ("", b'{"sentence":"a"}'),
    ("\xff", b'{"sentence":"a"}'),
    ("a" * 7000, b'{"sentence":"a"}'),
]


@pytest.mark.parametrize("path", ["/api/vectors", "/api/products", "/api/auth/refresh"])
@pytest.mark.parametrize(("media_type", "body"), OTHER_TYPES, ids=[media_type[:30] for media_type, _ in OTHER_TYPES])
def test_what_is_no_json_is_not_looked_into(api: Api, bearer: str, path: str, media_type: str, body: bytes) -> None:
    assert post(api, bearer, path, body, f"Content-Type: {media_type}").code == "unsupported_media_type"


@pytest.mark.parametrize(
    ("fields", "body"),
    [
        (FORM, b"&".join(b"a%d=1" % number for number in range(8_000))),
        (FORM, b"token=" + b"a" * 60_000),
        (FORM, b"token=%ff%00%zz"),
        (FORM, b"&" * 60_000),
        (FORM, b"token[]=a&token[b]=c&token=d"),
        (PARTS, parts(500)),
        (PARTS, b"--x\r\n" * 10_000),
        (PARTS, b"--x\r\n" + b"A: b\r\n" * 8_000),
        (PARTS, b'--x\r\nContent-Disposition: form-data; name="token"; filename="a"\r\n\r\nb\r\n--x--\r\n'),
        (PARTS + "x" * 5_000, parts(1)),
        ("Content-Type: multipart/form-data", b"x" * 1000),
    ],
)
def test_a_form_that_is_none_is_refused(api: Api, bearer: str, fields: str, body: bytes) -> None:
    """Routes that a page posts to read forms, and answer them with a page."""
    for path in ("/api/auth/confirm", "/api/auth/password/reset"):
        answer = post(api, bearer, path, body, fields)
        assert answer.status in {404, 413, 415, 422, 429}


@pytest.mark.parametrize("path", ["/api/auth/refresh", "/api/products", "/api/count", "/api/ping", "/", "/nothing"])
def test_no_body_is_longer_than_its_route_takes(api: Api, bearer: str, path: str) -> None:
    method = "POST" if path in {"/api/auth/refresh", "/api/products"} else "GET"
    longest = 2**18 if path == "/api/products" else 2**16
    for length in (longest + 1, 10 * MIB, 2**40, 2**62):
        data = request(api.url, path, bearer, JSON, f"Content-Length: {length}", "Connection: close", method=method)
        (answer,) = exchange(api.url, data)
        assert (answer.status, answer.code) == (413, "body_too_large")
    chunked = request(api.url, path, bearer, JSON, "Transfer-Encoding: chunked", "Connection: close", method=method)
    chunk = b"8000\r\n" + b"[" * 0x8000 + b"\r\n"
    (answer,) = exchange(api.url, chunked + chunk * (longest // 0x8000 + 2) + b"0\r\n\r\n")
    assert answer.status in {413, 404} if path == "/nothing" else answer.status == 413
