"""Which pages of other sites may call, and what their browsers are told."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from gateway.tests.platform_under_test import Gateway, Start, problem, running

APP, BROWSER = "https://app.example", "http://localhost:3000"
SETTINGS: dict[str, Any] = {
    "CORS_ORIGINS": f"{APP} https://Other.example:443",
    "BROWSER_ORIGINS": f"{BROWSER}, https://both.example:8443",
}
ALLOW = "Access-Control-Allow-Origin"
HEADERS = "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, X-Request-ID, traceparent"


@pytest.fixture(scope="module")
def shared_cors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    with running(tmp_path_factory.mktemp("cors"), **SETTINGS) as gateway:
        yield gateway


@pytest.fixture
def cors(shared_cors: Gateway) -> Gateway:
    for service in shared_cors.everything:
        service.seen.clear()
        service.answers.clear()
    return shared_cors


def preflight(
    gateway: Gateway, path: str, origin: str = APP, method: str = "POST", **headers: str
) -> requests.Response:
    asked = {"Origin": origin, "Access-Control-Request-Method": method, **headers}
    return gateway.request("OPTIONS", path, headers=asked)


def told(answer: requests.Response) -> dict[str, str]:
    """What an answer says of the calling page."""
    return {name: value for name, value in answer.headers.items() if name.lower().startswith("access-control-")}


def test_a_preflight_needs_no_token_and_reaches_no_service(cors: Gateway) -> None:
    answer = preflight(cors, "/api/products", headers="authorization,content-type,idempotency-key")
    assert (answer.status_code, answer.content) == (204, b"")
    assert told(answer) == {
        ALLOW: APP,
        "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
        "Access-Control-Allow-Headers": HEADERS,
        "Access-Control-Max-Age": "600",
        "Access-Control-Expose-Headers": "Deprecation, ETag, Idempotency-Replayed, Link, Location, Retry-After, "
        "WWW-Authenticate, X-Request-ID, X-Vectors-Count, X-Vectors-Dimensions, X-Vectors-Model",
    }
    assert answer.headers["Vary"] == "Origin"
    assert all(service.seen == [] for service in cors.everything)


def test_a_page_may_use_openais_client_where_it_has_business(cors: Gateway) -> None:
    told_of_itself = "x-stainless-arch,x-stainless-lang,x-stainless-retry-count,x-stainless-runtime-version,user-agent"
    answer = preflight(cors, "/v1/embeddings", headers=told_of_itself)
    allowed = answer.headers["Access-Control-Allow-Headers"].lower().split(", ")
    assert {"authorization", *told_of_itself.split(",")} <= set(allowed)
    assert preflight(cors, "/api/vectors").headers["Access-Control-Allow-Headers"] == HEADERS


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/api/auth/login", "POST, OPTIONS"),
        ("/api/auth/me", "GET, HEAD, PATCH, DELETE, OPTIONS"),
        ("/api/count", "GET, HEAD, OPTIONS"),
        ("/api/products/7", "GET, HEAD, PATCH, DELETE, OPTIONS"),
        ("/api/vectors", "POST, OPTIONS"),
        ("/health", "GET, HEAD, OPTIONS"),
    ],
)
def test_a_preflight_is_told_the_methods_of_the_path(cors: Gateway, path: str, methods: str) -> None:
    assert preflight(cors, path).headers["Access-Control-Allow-Methods"] == methods


def test_a_preflight_of_no_route_is_404(cors: Gateway) -> None:
    for path in ("/nothing", "/internal/feed", "/metrics"):
        answer = preflight(cors, path)
        assert problem(answer)["code"] == "not_found"
        assert "Access-Control-Allow-Methods" not in answer.headers


def test_options_without_an_origin_lists_the_methods(cors: Gateway) -> None:
    answer = cors.request("OPTIONS", "/api/auth/me")
    assert (answer.status_code, answer.headers["Allow"]) == (204, "GET, HEAD, PATCH, DELETE, OPTIONS")
    assert told(answer) == {}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/ping", 200),
        ("GET", "/api/count", 401),
        ("GET", "/nothing", 404),
        ("GET", "/api//ping", 400),
        ("DELETE", "/api/ping", 405),
        ("GET", "/api/products/1", 502),
    ],
)
def test_a_page_of_an_allowed_origin_can_read_answers_and_errors(
    cors: Gateway, method: str, path: str, status: int
) -> None:
    cors.services["catalog"].breaks = {"/api/products/1"}
    answer = cors.request(method, path, headers={"Origin": APP})
    assert answer.status_code == status
    assert answer.headers[ALLOW] == APP
    assert answer.headers["Vary"] == "Origin"
    assert {"X-Request-ID", "Retry-After"} <= set(answer.headers["Access-Control-Expose-Headers"].split(", "))


def test_a_body_that_is_too_large_is_told_to_the_page(cors: Gateway) -> None:
    answer = cors.request("POST", "/api/auth/login", headers={"Origin": APP}, data=b"x" * 70000)
    assert (answer.status_code, answer.headers[ALLOW]) == (413, APP)


REFUSED = [
    "null", "", "*", "https://evil.example", "http://app.example", "https://APP.example", "HTTPS://app.example",
    "https://app.example.", "https://app.example:443", "https://app.example:8443", "https://app.example/",
    "https://app.example.evil.example", "https://evil-app.example", "https://evilapp.example", "https://app.example@evil.example",
    "https://appxexample", "https://app.exampl", "https://sub.app.example", "app.example", "https://app.example,https://app.example",
    "https://app.example https://evil.example", "https://app.example%60.evil.example",
    "https://app.example_.evil.example", "file://", "https://localhost:3000", "http://localhost", "http://localhost:30000",
]  # fmt: skip


@pytest.mark.parametrize("origin", REFUSED)
def test_another_origin_is_told_nothing(cors: Gateway, origin: str) -> None:
    for method in ("GET", "OPTIONS"):
        answer = cors.request(method, "/api/ping", headers={"Origin": origin})
        assert answer.status_code in {200, 204}
        assert told(answer) == {}
        assert answer.headers["Vary"] == "Origin"


def test_two_origins_are_none(cors: Gateway) -> None:
    _, headers, _ = cors.raw_path("/api/ping", f"Origin: {APP}", f"Origin: {APP}")
    assert not any(name.startswith("access-control-") for name in headers)


def test_only_pages_that_may_use_the_cookie_may_send_credentials(cors: Gateway) -> None:
    expected = {
        APP: (APP, None),
        "https://other.example": ("https://other.example", None),
        BROWSER: (BROWSER, "true"),
        "https://both.example:8443": ("https://both.example:8443", "true"),
        "https://evil.example": (None, None),
    }
    for method in ("OPTIONS", "POST"):
        answers = {o: cors.request(method, "/api/auth/refresh", headers={"Origin": o}).headers for o in expected}
        assert {o: (a.get(ALLOW), a.get("Access-Control-Allow-Credentials")) for o, a in answers.items()} == expected


def test_a_service_has_no_say_in_who_may_call(cors: Gateway) -> None:
    everybody = {
        ALLOW: "https://evil.example",
        "Access-Control-Allow-Credentials": "true",
        "Access-Control-Allow-Methods": "*",
        "Access-Control-Allow-Headers": "*",
        "Access-Control-Allow-Private-Network": "true",
        "Access-Control-Expose-Headers": "*",
        "Access-Control-Max-Age": "86400",
        "Vary": "Accept, Origin",
    }
    cors.services["counter"].answers["/api/ping"] = (200, everybody, b"{}")
    answer = cors.get("/api/ping", headers={"Origin": "https://evil.example"})
    assert told(answer) == {}
    assert answer.headers["Vary"] == "Accept, Origin"
    assert told(cors.get("/api/ping", headers={"Origin": APP})).keys() == {ALLOW, "Access-Control-Expose-Headers"}


def test_a_vary_of_a_service_stays_beside_that_of_the_gateway(cors: Gateway) -> None:
    for sent in ("Accept-Encoding", "X-Origin", "Original"):
        cors.services["counter"].answers["/api/ping"] = (200, {"Vary": sent}, b"{}")
        assert cors.get("/api/ping").headers["Vary"] == f"{sent}, Origin"


def test_a_kept_answer_tells_each_page_of_its_own_origin(cors: Gateway) -> None:
    catalog = cors.services["catalog"]
    catalog.answers["/api/products"] = (200, {"Cache-Control": "public, max-age=60"}, b"{}")
    callers = (APP, BROWSER, None, "https://evil.example", "https://other.example", APP, None)
    seen: list[tuple[str | None, str | None, str]] = []
    for origin in callers:
        answer = cors.get("/api/products", headers={} if origin is None else {"Origin": origin})
        credentials = answer.headers.get("Access-Control-Allow-Credentials")
        seen.append((answer.headers.get(ALLOW), credentials, answer.headers["X-Cache"]))
        assert answer.headers["Vary"] == "Origin"
    allowed: list[Any] = [None if origin == "https://evil.example" else origin for origin in callers]
    assert [origin for origin, _, _ in seen] == allowed
    assert [credentials for _, credentials, _ in seen] == [None, "true", None, None, None, None, None]
    assert [cached for _, _, cached in seen] == ["MISS"] + ["HIT"] * 6
    assert len(catalog.seen) == 1
    kept = b"".join(file.read_bytes() for file in (cors.folder / "run/cache").rglob("*") if file.is_file()).lower()
    assert b"/api/products" in kept
    assert b"access-control" not in kept


def test_without_origins_nothing_is_said(start: Start) -> None:
    gateway = start()
    answer = preflight(gateway, "/api/ping")
    assert (answer.status_code, told(answer), answer.headers.get("Vary")) == (204, {}, None)


def test_preflights_count_for_the_address_and_not_for_the_user(start: Start) -> None:
    limits = {"LIMIT_PUBLIC": "1r/m", "LIMIT_PUBLIC_BURST": "9", "LIMIT_USER": "5r/m", "LIMIT_STRICT_BURST": "1"}
    gateway = start(RATE_LIMIT_FACTOR="1", TRUSTED_PROXIES="127.0.0.1", CORS_ORIGINS=APP, **limits)
    page = {"X-Forwarded-For": "203.0.113.1"}
    answers = [preflight(gateway, "/api/auth/login", **page) for _ in range(12)]
    assert [answer.status_code for answer in answers] == [204] * 10 + [429] * 2
    assert problem(answers[-1])["code"] == "rate_limited"
    assert answers[-1].headers[ALLOW] == APP
    assert preflight(gateway, "/api/count", **page).status_code == 429
    assert preflight(gateway, "/api/count", **{"X-Forwarded-For": "203.0.113.2"}).status_code == 204
    token = gateway.auth.keys[0].token(sub="ada")
    assert gateway.get("/api/count", token, headers=page).status_code == 200
    assert gateway.request("POST", "/api/auth/login", headers=page).status_code == 200
