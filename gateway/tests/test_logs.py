"""The access log: one line of JSON a request, whatever a client sends, and no secret in it."""

import json
import re
import socket
from pathlib import Path
from typing import Any, NoReturn

import pytest
import requests

from gateway.tests.platform_under_test import Gateway, Start
from gateway.tests.scrape import counted, requests_of, scrape
from gateway.tests.secured import certified
from quartet.testing import SigningKey
from quartet.testing.waiting import eventually

FIELDS = {
    "time": str, "request_id": str, "trace_id": str, "span_id": str,
    "service": str, "route": str, "method": str, "path": str,
    "protocol": str, "tls": str, "client": str, "status": int, "seconds": float, "bytes": int, "upstream": str,
    "upstream_status": str, "upstream_seconds": str, "cache": str, "auth": str, "auth_reason": str, "user_id": str,
}  # fmt: skip


def refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def lines(gateway: Gateway) -> list[dict[str, Any]]:
    """All lines so far, each read as strictly as JSON can be."""
    text = (gateway.folder / "access.log").read_bytes().decode("utf-8", "strict")
    assert text == "" or text.endswith("\n")
    found = [json.loads(line, parse_constant=refuse) for line in text.splitlines()]
    for line in found:
        assert {name: type(value) for name, value in line.items()} == FIELDS
    return [line for line in found if line["route"] not in {"/health/live", "/health/ready"}]


def logged(gateway: Gateway, number: int) -> list[dict[str, Any]]:
    """The lines, as soon as there are so many; there must not be more."""
    eventually(lambda: len(lines(gateway)) >= number)
    found = lines(gateway)
    assert len(found) == number
    return found


def test_a_line_tells_all_of_a_request(start: Start) -> None:
    gateway = start()
    sent = {"X-Request-ID": "request-number-one"}
    gateway.get("/api/counters/visits?q=1", gateway.auth.keys[0].token(sub="ada"), headers=sent)
    (line,) = logged(gateway, 1)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d", line.pop("time"))
    assert re.fullmatch("[0-9a-f]{32}", line.pop("trace_id"))
    assert line.pop("span_id") == ""  # there is none where nobody collects traces
    assert line.pop("bytes") > 100
    assert line.pop("seconds") >= 0
    assert float(line.pop("upstream_seconds")) >= 0
    assert line == {
        "request_id": "request-number-one", "service": "counter", "route": "/api/counters/{name}", "method": "GET",
        "path": "/api/counters/visits", "protocol": "HTTP/1.1", "tls": "", "client": "127.0.0.1", "status": 200,
        "upstream": f"127.0.0.1:{gateway.services['counter'].port}", "upstream_status": "200", "cache": "",
        "auth": "ok", "auth_reason": "", "user_id": "ada",
    }  # fmt: skip


def test_the_outcome_of_the_check_and_of_the_cache_is_told(start: Start) -> None:
    gateway = start()
    gateway.get("/api/count")
    gateway.get("/api/count", "not.a.token")
    kept = {"Cache-Control": "public, max-age=60"}
    gateway.services["catalog"].answers["/api/products"] = (200, kept, b"{}")
    for _ in range(2):
        gateway.get("/api/products")
    found = logged(gateway, 4)
    assert {(line["auth"], line["auth_reason"] != "") for line in found[:4] if line["status"] == 401} == {
        ("token_missing", True),
        ("token_invalid", True),
    }
    assert sorted((line["cache"], line["upstream"] != "") for line in found if line["status"] == 200) == [
        ("HIT", False),
        ("MISS", True),
    ]


def test_tls_is_told(start: Start, tmp_path: Path) -> None:
    settings = certified(tmp_path)
    gateway = start(**settings)
    with requests.Session() as session:
        session.trust_env = False
        url = f"https://127.0.0.1:{settings['TLS_PORT']}/api/ping"
        assert session.get(url, verify=str(tmp_path / "authority"), timeout=10).ok
    (line,) = logged(gateway, 1)
    assert (line["tls"], line["protocol"], line["status"]) == ("TLSv1.3", "HTTP/1.1", 200)


HOSTILE = [
    b'GET /"}{"status":200,"a":"\\ HTTP/1.1', b"GET /api/ping?\" HTTP/1.1", b'GET /"\\u0000\\ HTTP/1.1',
    b"GET /\xff\xfe\xed\xa0\x80 HTTP/1.1", b"GET /\xc3\x28 HTTP/1.1", b"GET /a\x01\x1f\x7f HTTP/1.1",
    b"GET /%22%0a%00 HTTP/1.1", b"GET /a%ff%fe HTTP/1.1", b'"\\\xff GARBAGE', b"\x16\x03\x01\x02\x00\x01",
    b"G\"T / HTTP/1.1", b"GET\xff / HTTP/1.1", b"GET  / HTTP/1.1", b"GET / HTTP/9.9", b"GET / HTTP/1.\xff", b"GET /",
    b"A" * 60 + b" / HTTP/1.1", b"GET http://\xff\"/ HTTP/1.1", b"GET " + b"/a" * 3000 + b" HTTP/1.1",
    b"CONNECT a:1 HTTP/1.1", b"OPTIONS * HTTP/1.1", b"GET /" + b"x" * 9000 + b" HTTP/1.1",
]  # fmt: skip
BYTES = b"\"\\\xff\xc3\x28\xed\xa0\x80\x01{}'"
NAMES = [
    "Host", "User-Agent", "Referer", "X-Request-ID", "traceparent", "tracestate", "X-Forwarded-For", "Cookie",
    "X-Forwarded-Proto", "X-Forwarded-Host", "Authorization", "Content-Length", "Origin", "If-None-Match", "X",
]  # fmt: skip


def send(gateway: Gateway, request: bytes) -> None:
    with socket.create_connection(("127.0.0.1", gateway.port), 10) as connection:
        connection.sendall(request)
        while connection.recv(65536):
            pass


def test_a_line_is_json_whatever_bytes_are_sent(start: Start) -> None:
    gateway = start(TRUSTED_PROXIES="127.0.0.1")
    sent = [line + b"\r\nHost: a\r\nConnection: close\r\n\r\n" for line in HOSTILE]
    for name in NAMES:
        host = b"" if name == "Host" else b"Host: a\r\n"
        for value in (BYTES, BYTES * 400, b"\xff" * 9000):
            head = b"GET /api/count HTTP/1.1\r\n" + host + b"Connection: close\r\n"
            sent.append(head + name.encode() + b": " + value + b"\r\n\r\n")
    for request in sent:
        send(gateway, request)
    found = logged(gateway, len(sent))
    assert {line["status"] for line in found} >= {400, 401, 404, 414, 431}
    assert all(len(json.dumps(line)) < 4096 for line in found)
    assert counted(gateway, requests_of, len(sent))


def test_what_comes_too_late_is_logged(start: Start) -> None:
    gateway = start(CLIENT_HEADER_TIMEOUT="1")
    with socket.create_connection(("127.0.0.1", gateway.port)) as slow:
        slow.sendall(b"GET /api/ping HTTP/1.1\r\nHost: a\r\n")
        (line,) = logged(gateway, 1)
    assert (line["status"], line["path"], line["route"]) == (408, "/api/ping", "")


def test_no_token_cookie_or_query_is_in_logs_or_metrics(start: Start) -> None:
    gateway = start()
    token = gateway.auth.keys[0].token(preferred_username="name-in-token")
    forged = SigningKey("other").token()
    secrets = {
        "Cookie": "session=secret-cookie",
        "Referer": "https://a.example/?secret-referer",
        "X-Api-Key": "secret-key",
    }
    secrets |= {
        "tracestate": "vendor=secret-state",
        "User-Agent": "secret-agent",
        "Proxy-Authorization": "secret-proxy",
    }
    for sent in (token, forged, "secret-garbage", None):
        for path in (
            "/api/count?token=secret-query",
            "/nowhere?code=secret-query",
            "/api/auth/confirm?token=secret-query",
        ):
            gateway.get(path, sent, headers=secrets)
    gateway.request("POST", "/api/auth/login", json={"password": "secret-body"}, headers=secrets)
    gateway.services["catalog"].stop()
    gateway.get("/api/products?q=secret-query", headers=secrets)
    mistaken = ["/api/auth/confirm%3Ftoken=secret-query", "/a&token=secret-query", f"/api/auth/confirm/{token}",
                "/a;token=secret-query", "/a%20secret-query", f"/{token[:60]}", "/%3ftoken%3dsecret-query"]  # fmt: skip
    for path in mistaken:
        gateway.raw_path(path)
    gateway.raw_path("http://user:secret-password@host/api/ping?secret-query")
    logged(gateway, 12 + 2 + len(mistaken) + 1)
    texts = (gateway.folder / "access.log").read_text() + (gateway.folder / "error.log").read_text()
    texts += scrape(gateway).text
    for secret in ("secret", "eyJ", "name-in-token", token[-20:], token[40:70], forged[-20:]):
        assert secret not in texts, secret


@pytest.mark.parametrize(
    ("path", "logged_as"),
    [
        ("/api/products/7?x", "/api/products/7"),
        ("/api/counters/a-b_c.d~1", "/api/counters/a-b_c.d~1"),
        ("/x/" + "y" * 41 + "/z", "/x"),
        ("/x/" + "y" * 40 + "/z", "/x/" + "y" * 40 + "/z"),
        ("/x=1/y", "/x"),
        ("/" + "a/" * 40, "/" + "a/" * 15 + "a"),
    ],
)
def test_a_path_is_logged_up_to_what_might_be_a_secret(gateway: Gateway, path: str, logged_as: str) -> None:
    _, headers, _ = gateway.raw_path(path)
    assert gateway.log(headers["x-request-id"])["path"] == logged_as


def test_without_a_log_requests_are_still_counted(start: Start, tmp_path: Path) -> None:
    gateway = start(ACCESS_LOG="off")
    assert gateway.request("PUT", "/api/ping").status_code == 405
    found = counted(gateway, requests_of, 1)
    assert requests_of(found, method="PUT", status="405") == 1
    assert not (tmp_path / "access.log").exists()
    assert not (tmp_path / "off").exists()
