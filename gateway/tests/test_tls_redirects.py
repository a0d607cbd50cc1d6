"""Who comes without TLS is sent there, and nobody else decides where that is."""

import http.client
import json
import socket
from pathlib import Path

import pytest

from gateway.tests.platform_under_test import DEADLINE, Gateway, Start
from gateway.tests.secured import certified, plain, port_of, secure


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("path", ["/", "/api/ping", "/api/auth/login?next=/a%20b&x=//evil", "/nothing", "/docs/"])
def test_without_tls_one_is_sent_there_with_method_path_and_query(tls: Gateway, method: str, path: str) -> None:
    answer = plain(tls, method, path, data="body")
    assert answer.status_code == 308
    assert answer.headers["Location"] == f"https://api.example{path}"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Strict-Transport-Security" not in answer.headers
    assert all(service.seen == [] for service in tls.everything)


@pytest.mark.parametrize(
    "lines",
    [
        ["GET / HTTP/1.1", "Host: evil.example"],
        ["GET http://evil.example/ HTTP/1.1", "Host: evil.example"],
        ["GET / HTTP/1.1", "Host: a", "X-Forwarded-Host: evil.example"],
        ["GET / HTTP/1.0"],
        ["GET / HTTP/1.1", "Host: api.example@evil.example"],
    ],
)
def test_nothing_that_a_client_says_decides_where_it_is_sent(tls: Gateway, lines: list[str]) -> None:
    status, headers, _ = tls.raw("\r\n".join([*lines, "Connection: close", "", ""]).encode())
    assert (status, headers.get("location")) in {(308, "https://api.example/"), (400, None)}


@pytest.mark.parametrize(
    "path", ["//evil.example/", "/\\evil.example", "/%0d%0aLocation:%20https://evil.example", "@evil"]
)
def test_a_path_that_would_be_refused_is_sent_nowhere(tls: Gateway, path: str) -> None:
    status, headers, _ = tls.raw_path(path)
    assert status == 400
    assert "location" not in headers


@pytest.mark.parametrize("path", ["/health", "/health/live", "/health/ready"])
def test_probes_need_no_tls(tls: Gateway, path: str) -> None:
    assert plain(tls, "GET", path).json()["status"] == "ok"


def test_plain_http_at_the_tls_port_is_a_problem_document(tls: Gateway) -> None:
    with socket.create_connection(("127.0.0.1", port_of(tls)), DEADLINE) as connection:
        connection.sendall(b"GET /api/ping?secret HTTP/1.1\r\nHost: a\r\n\r\n")
        with http.client.HTTPResponse(connection) as answer:
            answer.begin()
            document = json.loads(answer.read())
            assert (answer.status, document["code"]) == (400, "https_expected")
            assert answer.getheader("Content-Type") == "application/problem+json"
            assert answer.getheader("X-Request-ID") == document["request_id"]
            assert answer.getheader("Strict-Transport-Security") is None


def test_without_a_public_address_the_clients_host_is_kept_and_judged(start: Start, tmp_path: Path) -> None:
    gateway = start(**certified(tmp_path))
    end = f":{port_of(gateway)}/api/ping?x=1"
    for host, kept in {
        "Example.COM:8080": "Example.COM",
        "127.0.0.1": "127.0.0.1",
        "[::1]:80": "[::1]",
        "a_b.example.": "a_b.example",
    }.items():
        status, headers, _ = gateway.raw(
            f"GET /api/ping?x=1 HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode()
        )
        assert (status, headers["location"]) == (308, f"https://{kept}{end}")
    target = "http://evil.example/api/ping?x=1"
    _, headers, _ = gateway.raw(f"GET {target} HTTP/1.1\r\nHost: good.example:80\r\nConnection: close\r\n\r\n".encode())
    assert headers["location"] == f"https://good.example{end}"
    for host in ("good@evil.example", "a,b", "a\\b", "a%2fb", "a?b", "a#b", "é"):
        status, headers, body = gateway.raw(f"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        assert (status, headers.get("location")) == (400, None), host
        assert json.loads(body)["code"] == "malformed_request"


def test_who_came_by_https_to_a_trusted_proxy_is_not_sent_there_again(start: Start, tmp_path: Path) -> None:
    gateway = start(TRUSTED_PROXIES="127.0.0.1", PUBLIC_URL="https://api.example", **certified(tmp_path))
    assert plain(gateway, "GET", "/api/ping", headers={"X-Forwarded-Proto": "https"}).status_code == 200
    assert secure(gateway, "GET", "/api/ping", headers={"X-Forwarded-Proto": "http"}).status_code == 308


def test_the_host_that_a_trusted_proxy_tells_is_where_one_is_sent(start: Start, tmp_path: Path) -> None:
    gateway = start(TRUSTED_PROXIES="127.0.0.1", **certified(tmp_path))
    answer = plain(gateway, "GET", "/api/ping", headers={"X-Forwarded-Host": "api.example:80"})
    assert answer.headers["Location"] == f"https://api.example:{port_of(gateway)}/api/ping"
