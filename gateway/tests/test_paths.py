"""A path that nginx and a service could read differently reaches nobody."""

import json

import pytest

from gateway.tests.platform_under_test import Gateway

AMBIGUOUS = [
    "//api/count", "/api//count", "/api/count//", "/./api/count", "/api/./count", "/api/count/.", "/api/ping/../count",
    "/api/ping/..", "/api/%2e/count", "/api/ping/%2e%2e/count", "/api/ping/%2E%2E/count", "/api/ping/.%2e/count",
    "/api%2fcount", "/api%2Fcount", "/api%5ccount", "/api\\count", "/api/ping/..\\count", "/api/ping;x=1",
    "/api/ping/..;/count",
    "/;/api/count", "/api/%252e%252e/count", "/api/%25", "/api/count%0a", "/api/count%0d%0aX:1", "/api/%1fcount",
    "/api/count%7f", "/internal;/feed", "//internal/feed", "/%2e/internal/feed", "/api/ping/..%2finternal%2ffeed",
    "/api/ping#/../count", "http://gateway.test//api/count", "http://evil/api/ping/..;/count", "/_check/../api/count/.",
]  # fmt: skip


@pytest.mark.parametrize("path", AMBIGUOUS)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_an_ambiguous_path_is_refused(gateway: Gateway, path: str, method: str) -> None:
    status, _, body = gateway.raw_path(path, method=method)
    assert status == 400
    assert json.loads(body)["code"] == "ambiguous_path"
    assert all(service.seen == [] for service in gateway.everything)


@pytest.mark.parametrize(
    "path",
    [
        "/api/count%00",
        "/api/\x01count",
        "/api/\x7f",
        "/api/counters/é",
        "/..",
        "/../api/count",
        "/%zz",
        "/api/%",
        "/api/%4",
        "api/ping",
        "",
    ],
)
def test_what_is_no_path_at_all_is_refused(gateway: Gateway, path: str) -> None:
    status, headers, body = gateway.raw_path(path)
    assert status == 400
    assert headers["content-type"] == "application/problem+json"
    assert json.loads(body)["code"] in {"malformed_request", "ambiguous_path"}
    assert all(service.seen == [] for service in gateway.everything)


@pytest.mark.parametrize(
    "path", ["/api/ping?next=//x/../y;z%2e%2f%00", "/api/ping?%252e=\\", "/api/p%69ng", "http://any.host/api/ping"]
)
def test_the_query_is_free_and_so_is_harmless_encoding(gateway: Gateway, path: str) -> None:
    assert gateway.raw_path(path)[0] == 200


@pytest.mark.parametrize("query", ["name=é", "name=\x01", "name=\x7f", "\xff"])
def test_a_query_with_other_bytes_than_a_uri_has_is_refused(gateway: Gateway, query: str) -> None:
    for path in (f"/api/ping?{query}", f"/api/counters/{query}"):
        status, headers, body = gateway.raw_path(path)
        assert (status, headers["content-type"]) == (400, "application/problem+json")
        assert json.loads(body)["code"] == "malformed_request"
        logged = gateway.log(headers["x-request-id"])["path"]
        assert logged in {"/api/ping", "/api/counters/name", "/api/counters/", ""}
    assert all(service.seen == [] for service in gateway.everything)


@pytest.mark.parametrize("query", ["name=1#&x=2", "#", "#/../count", "a=%23#"])
def test_a_query_that_a_service_would_end_elsewhere_than_nginx_is_refused(gateway: Gateway, query: str) -> None:
    for path in (f"/api/ping?{query}", f"http://gateway.test/api/ping?{query}"):
        status, _, body = gateway.raw_path(path)
        assert (status, json.loads(body)["code"]) == (400, "malformed_request")
    assert all(service.seen == [] for service in gateway.everything)


INTERNAL = [
    "/internal", "/internal/feed", "/internal/feed?after=0", "/metrics", "/pull/feed", "/pull/keys", "/ready/auth",
    "/health/platform", "/_check", "/_problem", "/@tick", "/api/auth", "/api/products/", "/api/products/x",
    "/api/products/1/2",
    "/api/users/1x", "/api/users/-1", "/API/ping", "/api/ping/", "/api/counters/a/b", "/mailbox",
    "/mailbox/messages", "/index.html",
    "/auth/health/ready", "/.well-known/jwks.json/", "/.well-known/jwksXjson", "/assets/", "/nginx.conf",
]  # fmt: skip


@pytest.mark.parametrize("path", INTERNAL)
def test_what_is_not_in_the_table_is_not_found(gateway: Gateway, path: str) -> None:
    token = gateway.auth.keys[0].token()
    for headers in ([], [f"Authorization: Bearer {token}"]):
        status, _, body = gateway.raw_path(path, *headers)
        assert (status, json.loads(body)["code"]) == (404, "not_found")
    assert all(service.seen == [] for service in gateway.everything)
