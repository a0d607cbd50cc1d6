"""What a service is told about the caller, and what a caller is told by the gateway."""

import re

import pytest
import requests

from gateway.tests.platform_under_test import Gateway, Start
from quartet.testing import SigningKey

SPELLINGS = [
    "X-User-Id",
    "x-user-id",
    "X-USER-ID",
    "X_User_Id",
    "X-User_Id",
    "X-Session-Id",
    "X_SESSION_ID",
    "x-roles",
    "X-Roles",
]
PUBLIC = ["/api/ping", "/api/products", "/api/products/7", "/api/auth/confirm"]


@pytest.fixture
def key(gateway: Gateway) -> SigningKey:
    return gateway.auth.keys[0]


def reached(gateway: Gateway) -> list[tuple[str, str]]:
    (seen,) = [seen for service in gateway.everything for seen in service.seen]
    return seen.headers


@pytest.mark.parametrize("path", PUBLIC)
def test_identity_that_a_client_claims_never_reaches_a_public_route(gateway: Gateway, path: str) -> None:
    gateway.raw_path(path, *(f"{name}: admin" for name in SPELLINGS))
    assert "admin" not in [value for _, value in reached(gateway)]
    assert not any(re.fullmatch("x[-_](user[-_]id|session[-_]id|roles)", name.lower()) for name, _ in reached(gateway))


@pytest.mark.parametrize("path", ["/api/count", "/api/products/my", "/api/users/1", "/api/auth/me"])
def test_a_protected_route_gets_the_identity_of_the_token(gateway: Gateway, key: SigningKey, path: str) -> None:
    token = key.token(sub="ada", sid="session", roles=["user", "admin"])
    for _ in range(2):
        for service in gateway.everything:
            service.seen.clear()
        gateway.raw_path(path, f"Authorization: Bearer {token}", *(f"{name}: evil" for name in SPELLINGS))
        identity = sorted(
            (name.lower(), value) for name, value in reached(gateway) if "evil" in value or name in SPELLINGS
        )
        assert identity == [("x-roles", "user,admin"), ("x-session-id", "session"), ("x-user-id", "ada")]


def test_a_token_of_the_client_goes_on_to_the_service(gateway: Gateway, key: SigningKey) -> None:
    gateway.get("/api/count", token := key.token())
    assert dict(reached(gateway))["Authorization"] == f"Bearer {token}"


@pytest.mark.parametrize("good", ["abcdefgh", "a" * 64, "0f-_XYZ9"])
def test_a_well_formed_request_id_is_kept(gateway: Gateway, good: str) -> None:
    answer = gateway.get("/api/ping", headers={"X-Request-ID": good})
    assert answer.headers["X-Request-ID"] == good == dict(reached(gateway))["X-Request-ID"]
    assert gateway.log(good)["route"] == "/api/ping"


@pytest.mark.parametrize("bad", ["", "short", "a" * 65, "abcdefg;", "abcd efgh", '"abcdefgh"', "a,b,c,d,e,f"])
def test_another_request_id_is_replaced(gateway: Gateway, bad: str) -> None:
    answer = gateway.get("/api/ping", headers={"X-Request-ID": bad})
    made = answer.headers["X-Request-ID"]
    assert re.fullmatch("[0-9a-f]{32}", made)
    assert dict(reached(gateway))["X-Request-ID"] == made


def test_a_service_cannot_answer_with_another_request_id(gateway: Gateway) -> None:
    gateway.services["counter"].answers["/api/ping"] = (200, {"X-Request-ID": "of-the-service"}, b"{}")
    answer = gateway.get("/api/ping", headers={"X-Request-ID": "of-the-client"})
    assert answer.headers["X-Request-ID"] == "of-the-client"


FORWARDED = [
    "X-Forwarded", "X-Forwarded-Port", "X-Forwarded-Prefix", "X-Forwarded-Server", "X-Forwarded-Scheme",
    "X-Forwarded-Ssl", "X-Forwarded-Protocol", "X-Forwarded-User", "X-Forwarded-By", "X-Scheme", "X-Url-Scheme",
    "Front-End-Https", "X-Host", "X-Original-Host", "X-Real-IP", "X-Client-IP", "X-Cluster-Client-IP", "Client-IP",
    "True-Client-IP", "Remote-User", "X-Remote-User", "x-forwarded-SSL",
]  # fmt: skip


def test_forwarded_headers_of_a_stranger_are_replaced(gateway: Gateway) -> None:
    gateway.raw_path(
        "/api/ping", "X-Forwarded-For: 6.6.6.6", "X-Forwarded-Proto: https", "X-Forwarded-Host: evil.example",
        "Forwarded: for=6.6.6.6", *(f"{name}: evil" for name in FORWARDED),
    )  # fmt: skip
    headers = dict(reached(gateway))
    assert headers["X-Forwarded-For"] == "127.0.0.1"
    assert headers["X-Forwarded-Proto"] == "http"
    assert headers["X-Forwarded-Host"] == headers["Host"] == "gateway.test"
    assert "Forwarded" not in headers
    assert "evil" not in headers.values()


@pytest.mark.parametrize("path", ["/api/ping", "/api/products", "/api/count"])
def test_no_service_is_told_another_path_or_method_than_was_judged(
    gateway: Gateway, key: SigningKey, path: str
) -> None:
    names = (
        "X-Original-URL", "X_Original_URL", "X-Original-URI", "x-rewrite-url", "X-Original-Path", "X-Forwarded-Uri",
        "X-Forwarded-Path", "X-Script-Name", "Script-Name", "X-Path-Info", "X-Original-Method", "X-Forwarded-Method",
        "X-HTTP-Method-Override", "X-HTTP_Method-Override", "x-http-method", "X-Method-Override", "X-Method",
    )  # fmt: skip
    gateway.raw_path(path, f"Authorization: Bearer {key.token()}", *(f"{name}: evil" for name in names))
    assert "evil" not in [value for _, value in reached(gateway)]


def test_no_client_says_which_headers_end_at_the_gateway(gateway: Gateway, key: SigningKey) -> None:
    hops = "Connection: close, Authorization, X-User-Id, X-Forwarded-For, X-Request-ID, Host"
    gateway.raw_path("/api/count", f"Authorization: Bearer {key.token(sub='ada')}", hops, "TE: trailers")
    headers = dict(reached(gateway))
    assert headers["X-User-Id"] == "ada"
    assert {"Authorization", "X-Forwarded-For", "X-Request-ID", "Host"} <= headers.keys()
    assert {"Connection", "TE"}.isdisjoint(headers)


@pytest.mark.parametrize("path", ["/health/live", "/api/ping", "/nothing"])
def test_an_old_client_need_not_name_a_host(gateway: Gateway, path: str) -> None:
    status, headers, _ = gateway.raw(f"GET {path} HTTP/1.0\r\n\r\n".encode())
    assert status == (404 if path == "/nothing" else 200)
    assert "json" in headers["content-type"]
    if path == "/api/ping":
        assert dict(reached(gateway))["Host"] == dict(reached(gateway))["X-Forwarded-Host"] == "localhost"


def test_a_trusted_proxy_is_believed(start: Start) -> None:
    gateway = start(TRUSTED_PROXIES="127.0.0.0/8, 10.0.0.0/8")
    gateway.services["counter"].seen.clear()
    gateway.raw_path(
        "/api/ping",
        "X-Forwarded-For: 6.6.6.6, 203.0.113.9, 10.1.2.3",
        "X-Forwarded-Proto: https",
        "X-Forwarded-Host: api.example",
    )
    headers = dict(reached(gateway))
    assert headers["X-Forwarded-For"] == "203.0.113.9"
    assert headers["X-Forwarded-Proto"] == "https"
    assert headers["X-Forwarded-Host"] == "api.example"


SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Resource-Policy": "same-origin",
}
OFFICIOUS = {
    **SECURITY,
    "Permissions-Policy": "camera=*",
    "Cross-Origin-Opener-Policy": "unsafe-none",
    "Strict-Transport-Security": "max-age=1",
    "Referrer-Policy": "unsafe-url",
    "Content-Security-Policy": "default-src 'none'",
    "X-Powered-By": "Python",
    "Server": "Werkzeug/3",
}


def once(answer: requests.Response) -> dict[str, str]:
    """The headers of an answer by lower name; none came twice but Vary, which is a list."""
    names = [name.lower() for name, _ in answer.raw.headers.items() if name.lower() != "vary"]
    assert len(names) == len(set(names)), sorted(names)
    return {name.lower(): value for name, value in answer.headers.items()}


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [
        ("/api/ping", "GET", 200),
        ("/api/ping", "OPTIONS", 204),
        ("/api/ping", "DELETE", 405),
        ("/api/products/1", "GET", 502),
        ("/api/count", "GET", 401),
        ("/nothing", "GET", 404),
        ("/a//b", "GET", 400),
        ("/api/ping?" + "x" * 9000, "GET", 414),
        ("/health", "GET", 200),
        ("/", "GET", 200),
        ("/docs", "GET", 200),
        ("/docs/swagger-ui.css", "GET", 200),
        ("/openapi.json", "GET", 200),
    ],
)
def test_every_answer_has_the_security_headers_once(gateway: Gateway, path: str, method: str, status: int) -> None:
    gateway.services["counter"].answers["/api/ping"] = (200, OFFICIOUS, b"")
    gateway.services["catalog"].breaks = {"/api/products/1"}
    answer = gateway.request(method, path, headers={"Origin": "https://app.example"})
    gateway.services["catalog"].breaks = set()
    assert answer.status_code == status
    sent = once(answer)
    assert {name: sent[name.lower()] for name in SECURITY} == SECURITY
    assert sent["content-security-policy"].startswith("default-src 'none'")
    assert sent["server"] == "nginx"
    assert sent.get("cross-origin-opener-policy") == ("same-origin" if path in {"/", "/docs"} else None)
    assert {"strict-transport-security", "x-powered-by"}.isdisjoint(sent)


def test_what_a_service_says_of_embedding_holds(gateway: Gateway) -> None:
    policy = {"Cross-Origin-Resource-Policy": "cross-origin", "Content-Type": "image/svg+xml"}
    gateway.services["counter"].answers["/api/ping"] = (200, policy, b"<svg/>")
    assert gateway.get("/api/ping").headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_a_page_has_no_opener_and_a_redirect_keeps_it(gateway: Gateway) -> None:
    page = {"Content-Type": "text/html; charset=utf-8"}
    for status, policy in ((200, "same-origin"), (403, "same-origin"), (302, None)):
        gateway.auth.answers["/api/auth/confirm"] = (status, page | {"Location": "https://a.example"}, b"<p>")
        answer = gateway.get("/api/auth/confirm", allow_redirects=False)
        assert (answer.status_code, answer.headers.get("Cross-Origin-Opener-Policy")) == (status, policy)


def test_a_page_of_a_service_keeps_its_own_policy(gateway: Gateway) -> None:
    policy = {"Content-Security-Policy": "default-src 'self'", "Content-Type": "text/html"}
    gateway.auth.answers["/api/auth/confirm"] = (200, policy, b"<p>")
    assert gateway.get("/api/auth/confirm").headers["Content-Security-Policy"] == "default-src 'self'"


def test_the_log_has_the_user_and_never_a_token_or_a_query(gateway: Gateway, key: SigningKey) -> None:
    token = key.token(sub="logged")
    gateway.get("/api/counters/x?secret=in-query", token, headers={"X-Request-ID": "log-me-please"})
    line = gateway.log("log-me-please")
    assert line["route"] == "/api/counters/{name}"
    assert (line["status"], line["auth"], line["user_id"], line["method"]) == (200, "ok", "logged", "GET")
    gateway.get("/api/count?secret=in-query", headers={"X-Request-ID": "log-me-refused"})
    assert gateway.log("log-me-refused")["auth"] == "token_missing"
    logs = (gateway.folder / "access.log").read_text() + (gateway.folder / "error.log").read_text()
    assert "in-query" not in logs
    assert token not in logs
    assert "eyJ" not in logs


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
@pytest.mark.parametrize("path", ["/api/ping", "/api/products", "/api/products/7", "/api/count", "/api/vectors"])
def test_a_cookie_reaches_no_service_but_auth(gateway: Gateway, key: SigningKey, method: str, path: str) -> None:
    cookies = ("Cookie: quartet_refresh=secret", "cookie: another=secret")
    gateway.raw_path(path, f"Authorization: Bearer {key.token()}", *cookies, method=method)
    seen = [header for service in gateway.everything for seen in service.seen for header in seen.headers]
    assert not [name for name, value in seen if name.lower() == "cookie" or "secret" in value]


def test_a_cookie_goes_to_auth_and_comes_from_it(gateway: Gateway, key: SigningKey) -> None:
    kept = "quartet_refresh=next; Path=/api/auth; HttpOnly"
    gateway.auth.answers["/api/auth/refresh"] = (200, {"Set-Cookie": kept}, b"{}")
    for path, method in (("/api/auth/refresh", "POST"), ("/api/auth/logout", "POST"), ("/api/auth/me", "DELETE")):
        gateway.auth.seen.clear()
        headers = ("Cookie: quartet_refresh=secret", "Origin: https://app.example")
        _, answered, _ = gateway.raw_path(path, f"Authorization: Bearer {key.token()}", *headers, method=method)
        assert dict(reached(gateway))["Cookie"] == "quartet_refresh=secret"
        assert dict(reached(gateway))["Origin"] == "https://app.example"
        assert answered.get("set-cookie") == (kept if path.endswith("refresh") else None)
