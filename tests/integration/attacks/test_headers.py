"""Header fields that are none, too much of them, and methods and hosts that are none."""

import re

import pytest

from tests.integration.attacks.wire import ask, exchange
from tests.integration.platform_client import Api


@pytest.mark.parametrize(
    "name", ["X-User-Id ", "X-Roles\t", " X-Roles", "X Roles", "X-Roles\0", "X-Roles\r", "Authorization ", "Host "]
)
@pytest.mark.parametrize("path", ["/api/ping", "/api/auth/me"])
def test_a_name_with_a_space_or_a_control_character_is_refused(api: Api, bearer: str, path: str, name: str) -> None:
    assert ask(api.url, path, bearer, f"{name}: admin").code == "malformed_request"


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "DEBUG", "PURGE", "PROPFIND", "M-SEARCH", "X" * 30, "X" * 7000])
@pytest.mark.parametrize("path", ["/api/ping", "/api/products", "/api/auth/me", "/health/live"])
def test_an_unknown_method_is_refused_and_echoes_nothing(api: Api, bearer: str, path: str, method: str) -> None:
    answer = ask(api.url, path, bearer, method=method)
    assert answer.code == "method_not_allowed"
    assert "GET" in answer.headers["Allow"]
    assert b"Bearer" not in answer.body


@pytest.mark.parametrize("method", ["get", "Get", "G$T", "GET/", "", "\xc7ET", "G\0ET", '"GET"', "GET:"])
def test_what_is_no_method_is_refused(api: Api, method: str) -> None:
    assert ask(api.url, "/api/ping", method=method).code == "malformed_request"


REQUEST_IDS = [
    "short",
    "x" * 65,
    "x" * 7000,
    "a b c d e f",
    "semi;colon",
    "<script>1</script>",
    "../../etc/x",
    "\xe9" * 9,
]


@pytest.mark.parametrize("sent", REQUEST_IDS)
def test_a_request_id_that_is_none_comes_back_nowhere(api: Api, sent: str) -> None:
    for path in ("/api/ping", "/api/products/999999999", "/nothing", "/api/count"):
        answer = ask(api.url, path, f"X-Request-ID: {sent}", f"X-Request-ID: {sent}", f"traceparent: {sent}")
        assert re.fullmatch("[0-9a-f]{32}", answer.request_id)
        assert sent.encode("latin-1") not in str(answer.headers).encode() + answer.body


@pytest.mark.parametrize(
    "fields",
    [
        ("X: \0",),
        ("X: a\rSet-Cookie: b",),
        (": value",),
        ("X\x01Y: z",),
        ("X: y\r\n folded",),
        ("Host: second.example",),
        ("Host:",),
        ("host: evil.example",),
    ],
)
@pytest.mark.parametrize("path", ["/api/ping", "/api/auth/me", "/nothing"])
def test_a_field_that_is_none_is_refused(api: Api, bearer: str, path: str, fields: tuple[str, ...]) -> None:
    assert ask(api.url, path, bearer, *fields).code == "malformed_request"


@pytest.mark.parametrize("value", ["a\x01b", "\x1b[31m", "a\x7fb", "a\x0bb", "a\x0c"])
def test_a_control_character_that_nginx_lets_pass_is_refused_by_the_service(api: Api, bearer: str, value: str) -> None:
    for path in ("/api/ping", "/api/products?limit=1", "/api/auth/me"):
        answer = ask(api.url, path, bearer, f"X: {value}")
        assert (answer.status, answer.headers["Content-Type"]) == (400, "application/problem+json")
        assert b'"malformed_request"' in answer.body
        assert value.encode() not in answer.body


@pytest.mark.parametrize(
    "fields",
    [
        ["X-Long: " + "x" * 9000],
        ["X" * 9000 + ": y"],
        ["X: y"] * 1001,
        [f"X-{number}: y" for number in range(1001)],
        [f"X-{number}: {'y' * 7000}" for number in range(6)],
        ["Authorization: Bearer " + "x" * 9216],
        ["Cookie: a=b"] * 1001,
        [f"Cookie: a{number}={'b' * 7000}" for number in range(6)],
    ],
    ids=["value", "name", "1001 same", "1001 others", "42 kB", "token of 9 KiB", "1001 cookies", "42 kB of cookies"],
)
@pytest.mark.parametrize("path", ["/api/ping", "/api/auth/me", "/api/auth/refresh"])
def test_too_much_of_a_header_is_refused(api: Api, path: str, fields: list[str]) -> None:
    assert ask(api.url, path, *fields).code == "headers_too_large"


@pytest.mark.parametrize(
    "fields",
    [
        ["NoColon"],
        ["X(y): z", "X\xff: y", "X{}: y"],
        ["X: \xff\xfe\x80"],
        [f"Cookie: a{number}={'b' * 7000}" for number in range(4)],
        ["Cookie: " + "a=b; " * 1500],
        ['Cookie: =;;;"\\\xff=', "Cookie: __Host-quartet_refresh=x; quartet_refresh=y"],
        ["Range: bytes=" + ",".join(f"{number}-" for number in range(1000))],
        ["If-None-Match: " + '"a",' * 1500],
        ["If-Modified-Since: never", "If-Match: *", "If-Range: x"],
        ["Accept: " + "a/b;q=0.1," * 700],
        ["Accept-Language: " + "en-US;q=0.5," * 500],
        ["Accept-Encoding: " + "gzip;q=0.5," * 600],
        ["tracestate: " + "a=b," * 1500, "baggage: " + "a=b," * 1500, "traceparent: 00-0-0-0"],
        ["TE: trailers, chunked", "Upgrade: foo/2", "Max-Forwards: 0", "Via: 1.1 x", "CDN-Loop: x"],
    ],
)
@pytest.mark.parametrize("path", ["/api/ping", "/api/products", "/", "/health", "/api/auth/confirm?token=x"])
def test_a_strange_field_that_is_allowed_harms_nobody(api: Api, path: str, fields: list[str]) -> None:
    answer = ask(api.url, path, *fields)
    assert answer.status in {200, 206}


@pytest.mark.parametrize(
    "host", ["a/b", "a@b", "a b", "a:b", "a:99999", "a..b", 'a"><script>', "a\0", "\xff", "[::1", "a" * 9000]
)
def test_a_host_that_is_none_is_refused(api: Api, host: str) -> None:
    data = f"GET /api/ping HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    (answer,) = exchange(api.url, data.encode("latin-1"))
    assert answer.code in {"malformed_request", "headers_too_large"}


def test_nothing_of_the_services_software_is_told(api: Api, bearer: str) -> None:
    for path in ("/api/ping", "/api/auth/me", "/nothing", "/api/products/999999999", "/api//x"):
        told = str(ask(api.url, path, bearer).headers)
        assert not re.search(r"gunicorn|werkzeug|python|nginx/|flask|X-Powered-By|X-Accel", told, re.IGNORECASE)
