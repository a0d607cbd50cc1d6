"""Paths that nginx and a service could read in two ways, and routes that are not for clients."""

import pytest

from tests.integration.attacks.wire import ask
from tests.integration.platform_client import Api

AMBIGUOUS = (
    "//{}",
    "/.//{}",
    "/./{}",
    "/x/../{}",
    "/%2e%2e/{}",
    "/%2E/{}",
    "/x/%2E%2e/{}",
    "/x/.%2e/{}",
    "/%2f{}",
    "/x%2f..%2f{}",
    "/%2F%2F{}",
    "/api/ping;/../../{}",
    "/;/{}",
    "/..;/{}",
    "/;x=y/{}",
    "/\\{}",
    "/x\\..\\{}",
    "/%5c{}",
    "/%5C..%5C{}",
    "/%00/{}",
    "/%0a{}",
    "/%0d%0a{}",
    "/%09{}",
    "/%7f{}",
    "/%252e%252e/{}",
    "/%25252e/{}",
    "/%252f{}",
    "/api/ping/../../{}",
    "/mailbox/..%2f{}",
    "/#/{}",
    "/api/ping#/../{}",
    "/%u002e%u002e/{}",
    "/%zz/{}",
    "/\xff/{}",
    "/\xc0\xae\xc0\xae/{}",
    "/\xef\xbc\x8f{}",
    "/\xef\xbc\x8e\xef\xbc\x8e/{}",
    "/\x7f{}",
    "http://evil.example//{}",
    "http://evil.example/x/../{}",
    "http:/{}",
    "http:///{}",
    "http://user:password@evil.example/{}",
    "\\{}",
    "?/{}",
    "..//{}",
    ".;/{}",
)
TARGETS = ("api/count", "internal/feed?after=0", "metrics", "health/live/../../internal/feed")


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("shape", AMBIGUOUS)
def test_an_ambiguous_path_reaches_no_service(api: Api, bearer: str, shape: str, target: str) -> None:
    answer = ask(api.url, shape.format(target), bearer)
    assert (answer.status, answer.code) in {(400, "ambiguous_path"), (400, "malformed_request")}


INNER = (
    "/internal",
    "/internal/",
    "/internal/feed",
    "/internal/feed?after=0&limit=1",
    "/INTERNAL/feed",
    "/Internal/feed",
    "/%69nternal/feed",
    "/internal%20/feed",
    "/internal./feed",
    "/metrics",
    "/metrics/",
    "/Metrics",
    "/%6detrics",
    "/health/ready/auth",
    "/health/live/",
    "/health/platform",
    "/auth/health/ready",
    "/ready/auth",
    "/pull/feed",
    "/pull/keys",
    "/_check",
    "/%5fcheck",
    "/_problem/not_found",
    "/_problem/x",
    "/@tick",
    "/stub_status",
    "/nginx.conf",
    "/conf.d/public.conf",
    "/www/index.html",
    "/assets/",
    "/assets/nginx.conf",
    "/assets/%c0%ae%c0%ae",
    "/.env",
    "/.git/config",
    "/api",
    "/api/nothing",
    "/api/ping/",
    "/api/ping.",
    "/api/ping...",
    "/api/ping%20",
    "/api/ping+",
    "/api/ping.json",
    "/API/ping",
    "/api/PING",
    "/api/%EF%BD%90ing",
    "/api/%c0%afping",
    "/%c0%ae%c0%ae/internal/feed",
    "/%e0%80%ae/internal/feed",
    "/%ef%bc%8e%ef%bc%8e/internal/feed",
    "/%ef%bc%8finternal/feed",
    "/api/auth/",
    "/api/auth/ME",
    "/api/auth/me/",
    "/api/auth/me.json",
    "/api/products/",
    "/api/products/MY",
    "/api/products/1/nothing",
    "/api/products/0x1",
    "/api/products/1e3",
    "/api/products/-1",
    "/api/products/+1",
    "/api/products/%2b1",
    "/api/products/%d9%a1",
    "/api/products/1%20",
    "/api/users/1%c2%a0",
    "/.well-known/",
    "/.well-known/jwksXjson",
    "/mailbox/messages/",
    "/" + "a/" * 3500,
    "http://evil.example/internal/feed",
    "http://127.0.0.1:8081/pull/feed",
    "HTTP://localhost/metrics",
    "ftp://x/metrics",
)


@pytest.mark.parametrize("path", INNER)
def test_inner_and_unknown_routes_are_not_there(api: Api, bearer: str, path: str) -> None:
    for headers in ((), (bearer,)):
        for method in ("GET", "POST"):
            answer = ask(api.url, path, *headers, method=method)
            assert (answer.status, answer.code) in {(404, "not_found"), (405, "method_not_allowed")}


@pytest.mark.parametrize(
    "name", ["%c0%af", "%ff", "%e2%80%ae", "%ef%bc%8f..", "a%20b", "a%3fb=c", "a%23", "a%3b", "<x>", "*"]
)
def test_a_name_that_could_be_more_than_a_name_is_none(api: Api, bearer: str, name: str) -> None:
    for method, path in (("GET", f"/api/counters/{name}"), ("POST", f"/api/counters/{name}/increment")):
        answer = ask(api.url, path, bearer, method=method)
        assert (answer.status, answer.code) in {(422, "invalid_input"), (400, "ambiguous_path")}


@pytest.mark.parametrize("digits", [19, 20, 400, 4000, 7000])
def test_a_number_however_long_is_a_number_that_nobody_has(api: Api, bearer: str, digits: int) -> None:
    assert ask(api.url, f"/api/products/{'9' * digits}").code == "product_not_found"
    assert ask(api.url, f"/api/users/{'9' * digits}", bearer).status in {403, 404}


def test_a_path_that_is_too_long_is_refused(api: Api) -> None:
    for path in ("/api/counters/" + "a" * 9000, "/" + "a/" * 50_000, "/api/ping?" + "x" * 9000):
        assert ask(api.url, path).code == "uri_too_long"


@pytest.mark.parametrize(
    "target", ["*", "api/ping", "", "localhost:80", ":", "[::1]/api/ping", "#", "?", "%2fapi/ping"]
)
@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
def test_a_target_without_a_path_is_refused(api: Api, method: str, target: str) -> None:
    assert ask(api.url, target, method=method).code in {"malformed_request", "ambiguous_path"}


@pytest.mark.parametrize("target", ["localhost:5001", "127.0.0.1:8081", "/api/ping", "http://127.0.0.1:8081/"])
def test_the_gateway_is_no_tunnel(api: Api, target: str) -> None:
    assert ask(api.url, target, method="CONNECT").status in {400, 405}


@pytest.mark.parametrize("origin", ["http://127.0.0.1:8081", "http://evil.example", "https://evil.example:1"])
def test_the_gateway_is_no_proxy_for_others(api: Api, origin: str) -> None:
    """An absolute target names a host; the request stays here all the same, and needs its token."""
    assert ask(api.url, f"{origin}/api/ping").body == ask(api.url, "/api/ping").body
    assert ask(api.url, f"{origin}/api/count").code == "token_missing"


@pytest.mark.parametrize("path", ["/api/%61uth/me", "/api/auth/%6de", "/%61%70%69/auth/me", "/api/products/%6dy"])
def test_a_protected_route_is_one_in_every_spelling(api: Api, bearer: str, path: str) -> None:
    assert ask(api.url, path).code == "token_missing"
    assert ask(api.url, path, bearer).status == 200


def test_the_health_pages_are_the_gateways_own(api: Api) -> None:
    assert set(api.get("/health").json()) == {"status", "message", "services"}
    assert api.get("/health/live").status_code == 200
    assert api.get("/health/ready").status_code == 200
