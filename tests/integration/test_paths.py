"""Paths that can be read in two ways, inner routes, and headers that claim to be somebody."""

import http.client
import socket
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from tests.integration.platform_client import Api, User

AMBIGUOUS = (
    "//{}",
    "/.//{}",
    "/./{}",
    "/x/../{}",
    "/%2e%2e/{}",
    "/x/%2E%2e/{}",
    "/%2f{}",
    "/x%2f..%2f{}",
    "/api/ping;/../../{}",
    "/;/{}",
    "/..;/{}",
    "/\\{}",
    "/x\\..\\{}",
    "/%5c{}",
    "/%00/{}",
    "/%0d%0a{}",
    "/%252e%252e/{}",
    "/api/ping/../../{}",
    "/mailbox/..%2f{}",
)
TARGETS = ("api/count", "internal/feed?after=0", "metrics", "health/live/../../internal/feed")


def raw_request(url: str, path: str, *headers: str) -> http.client.HTTPResponse:
    """Send a path as it is, as no HTTP library would."""
    host = urlsplit(url)
    with socket.create_connection((host.hostname or "", host.port or 80), 10) as connection:
        lines = (f"GET {path} HTTP/1.1", f"Host: {host.netloc}", "Connection: close", *headers, "", "")
        connection.sendall("\r\n".join(lines).encode("latin-1"))
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        answer.read()
        return answer


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("shape", AMBIGUOUS)
def test_an_ambiguous_path_reaches_no_service(api: Api, shape: str, target: str) -> None:
    answer = raw_request(api.url, shape.format(target))
    assert 400 <= answer.status < 500
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    "path",
    [
        "/internal/feed",
        "/internal/",
        "/internal",
        "/metrics",
        "/Internal/feed",
        "/api/auth/../../internal/feed",
        "/ready/auth",
        "/pull/feed",
        "/_check",
        "/_problem/not_found",
        "/health/platform",
        "/api/nothing",
        "/api/products/1/nothing",
        "/api/products/0x1",
        "/.env",
    ],
)
def test_inner_and_unknown_routes_are_not_there(api: Api, admin: User, path: str) -> None:
    for headers in ((), (f"Authorization: Bearer {admin['access_token']}",)):
        answer = raw_request(api.url, path, *headers)
        assert answer.status in {400, 404}
        assert answer.headers["Content-Type"] == "application/problem+json"


def test_the_health_pages_are_the_gateways_own(api: Api) -> None:
    assert set(api.get("/health").json()) == {"status", "message", "services"}
    assert api.get("/health/live").status_code == 200
    assert api.get("/health/ready").status_code == 200


CLAIMS = ("X-User-Id", "x-user-id", "X_User_Id", "X-Session-Id", "X-Roles", "x-roles", "X_Roles")


def test_headers_that_claim_an_identity_change_nothing(api: Api, new_user: Callable[[], User], admin: User) -> None:
    user = new_user()
    claims = dict.fromkeys(CLAIMS, "admin") | {"X-User-Id": str(admin["id"])}
    assert api.get("/api/count", headers=claims).status_code == 401
    me = api.get("/api/auth/me", token=user["access_token"], headers=claims)
    assert me.json()["username"] == user["username"]
    forbidden = api.delete(f"/api/users/{admin['id']}", token=user["access_token"], headers=claims)
    assert forbidden.status_code == 403
    product = {"name": "Teapot", "price": 1}
    created = api.post("/api/products", token=user["access_token"], json=product, headers=claims).json()
    assert created["owner_id"] == me.json()["subject"]
