"""Every error of the gateway's own is one problem document; a service's passes untouched."""

import json
import re
from threading import Event

import pytest

from gateway.tests.platform_under_test import GATEWAY, Gateway, Start, problem
from quartet.testing.waiting import eventually
from quartet.tokens import TokenExpired, TokenInvalid, TokenMissing, TokenRevoked

CODES = {error["code"]: error for error in json.loads((GATEWAY / "errors.json").read_text())}


def assert_problem(answer: tuple[int, dict[str, str], bytes], status: int, code: str) -> None:
    got, headers, body = answer
    document = json.loads(body)
    assert (got, document["status"], document["code"]) == (status, status, code)
    assert headers["content-type"] == "application/problem+json"
    assert headers["cache-control"] == "no-store"
    assert headers["x-request-id"] == document["request_id"]


def test_unknown_path(gateway: Gateway) -> None:
    answer = gateway.get("/nothing/here")
    assert answer.status_code == 404
    assert problem(answer)["code"] == "not_found"


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("PUT", "/api/auth/login", "POST, OPTIONS"),
        ("GET", "/api/auth/login", "POST, OPTIONS"),
        ("DELETE", "/api/count", "GET, HEAD, OPTIONS"),
        ("PATCH", "/api/products", "GET, HEAD, POST, OPTIONS"),
        ("POST", "/api/products/3", "GET, HEAD, PATCH, DELETE, OPTIONS"),
        ("PROPFIND", "/api/ping", "GET, HEAD, OPTIONS"),
    ],
)
def test_wrong_method(gateway: Gateway, method: str, path: str, allow: str) -> None:
    answer = gateway.request(method, path)
    assert answer.status_code == 405
    assert answer.headers["Allow"] == allow
    assert problem(answer)["code"] == "method_not_allowed"
    assert gateway.log(answer.headers["X-Request-ID"])["method"] == method


@pytest.mark.parametrize("path", ["/api/p%69ng", "/api/ping?x=/api/products", "/%61pi/%70ing?"])
def test_a_wrong_method_is_told_the_right_ones_however_the_path_is_written(gateway: Gateway, path: str) -> None:
    status, headers, _ = gateway.raw_path(path, method="DELETE")
    assert (status, headers["allow"]) == (405, "GET, HEAD, OPTIONS")
    assert gateway.raw_path(path, method="OPTIONS")[1]["allow"] == "GET, HEAD, OPTIONS"


def test_head_goes_where_get_goes(gateway: Gateway) -> None:
    for path in ("/api/ping", "/api/products", "/api/products/3", "/health", "/"):
        answer = gateway.request("HEAD", path)
        assert (answer.status_code, answer.content) == (200, b"")
    assert gateway.request("HEAD", "/api/count").status_code == 401


@pytest.mark.parametrize(
    ("path", "longest"), [("/api/products", 2**18), ("/v1/embeddings", 5 * 2**20), ("/api/auth/login", 65536)]
)
def test_body_too_large(gateway: Gateway, path: str, longest: int) -> None:
    token = gateway.auth.keys[0].token()
    assert gateway.request("POST", path, token, data=b"x" * longest).status_code == 200
    declared = gateway.raw_path(path, f"Authorization: Bearer {token}", f"Content-Length: {longest + 1}", method="POST")
    assert_problem(declared, 413, "body_too_large")
    chunk = b"%x\r\n" % (longest + 1) + b"x" * (longest + 1) + b"\r\n0\r\n\r\n"
    fields = f"Host: a\r\nAuthorization: Bearer {token}\r\nTransfer-Encoding: chunked"
    head = f"POST {path} HTTP/1.1\r\n{fields}\r\n\r\n"
    assert_problem(gateway.raw(head.encode() + chunk), 413, "body_too_large")


def test_uri_too_long_and_headers_too_large(gateway: Gateway) -> None:
    assert_problem(gateway.raw_path("/api/ping?" + "x" * 9000), 414, "uri_too_long")
    assert_problem(gateway.raw_path("/api/ping", "X-Long: " + "x" * 9000), 431, "headers_too_large")
    assert_problem(gateway.raw_path("/api/count", "Authorization: Bearer " + "x" * 9000), 431, "headers_too_large")


@pytest.mark.parametrize(
    ("request_bytes", "status", "code"),
    [
        (b"GARBAGE\r\n\r\n", 400, "malformed_request"),
        (b"get /api/ping HTTP/1.1\r\nHost: a\r\n\r\n", 400, "malformed_request"),
        (b"GET /api/ping HTTP/1.1\r\n\r\n", 400, "malformed_request"),
        (b"GET /api/ping HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400, "malformed_request"),
        (b"GET /api/ping HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n", 400, "malformed_request"),
        (
            b"POST /api/auth/login HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
            400,
            "malformed_request",
        ),
        (b"POST /api/auth/login HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", 501, "not_implemented"),
        (b"TRACE /api/ping HTTP/1.1\r\nHost: a\r\n\r\n", 405, "method_not_allowed"),
        (b"GET /api/ping HTTP/7.1\r\nHost: a\r\n\r\n", 505, "http_version_not_supported"),
    ],
)
def test_what_is_not_http_as_we_know_it(gateway: Gateway, request_bytes: bytes, status: int, code: str) -> None:
    assert_problem(gateway.raw(request_bytes.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1)), status, code)


def test_a_refused_client_is_answered_before_it_has_sent_its_body(gateway: Gateway) -> None:
    assert_problem(gateway.raw_path("/api/vectors", "Content-Length: 1000000", method="POST"), 401, "token_missing")
    assert_problem(gateway.raw_path("/nothing", "Content-Length: 60000", method="POST"), 404, "not_found")


def test_a_service_that_is_gone_is_502_and_comes_back(start: Start) -> None:
    gateway = start()
    gateway.services["catalog"].stop()
    answer = gateway.get("/api/products")
    assert answer.status_code == 502
    assert problem(answer)["code"] == "upstream_failed"
    assert problem(gateway.request("POST", "/api/products", gateway.auth.keys[0].token()))["code"] == "upstream_failed"
    assert gateway.get("/api/ping").status_code == 200
    gateway.services["catalog"].start()
    eventually(lambda: gateway.get("/api/products").status_code == 200)


def test_a_service_that_does_not_answer_is_504(start: Start) -> None:
    gateway = start(UPSTREAM_TIMEOUT="1")
    gateway.services["catalog"].delays["/api/products"] = Event()
    answer = gateway.get("/api/products")
    assert answer.status_code == 504
    assert problem(answer)["code"] == "upstream_timeout"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 413, 418, 422, 429, 500, 503])
@pytest.mark.parametrize("path", ["/api/ping", "/api/count"])
def test_an_error_of_a_service_passes_untouched(gateway: Gateway, status: int, path: str) -> None:
    body = json.dumps({"code": "its_own", "status": status}).encode()
    headers = {"Content-Type": "application/problem+json", "WWW-Authenticate": "its own", "Retry-After": "77"}
    gateway.services["counter"].answers[path] = (status, headers, body)
    answer = gateway.get(path, gateway.auth.keys[0].token())
    assert (answer.status_code, answer.content) == (status, body)
    assert answer.headers["WWW-Authenticate"] == "its own"
    assert answer.headers["Retry-After"] == "77"


def test_an_accel_redirect_of_a_service_opens_no_internal_location(gateway: Gateway) -> None:
    gateway.services["counter"].answers["/api/ping"] = (200, {"X-Accel-Redirect": "/_check"}, b"its own")
    assert gateway.get("/api/ping").content == b"its own"


def test_the_list_of_codes_is_what_the_gateway_can_say() -> None:
    modules = "".join((GATEWAY / "njs" / f"{name}.js").read_text() for name in ("admission", "check", "claims"))
    refused = set(re.findall(r"(?:refusal\(|\|\| |return |'ok' : )(?:error\.code \|\| )?'([a-z_]+)'", modules)) - {"ok"}
    pages = "".join(path.read_text() for path in (GATEWAY / "conf.d").glob("*.conf"))
    assert refused | set(re.findall("/_problem/([a-z_]+);", pages)) == CODES.keys()


def test_the_gateway_refuses_a_token_in_the_words_of_the_services(gateway: Gateway) -> None:
    key = gateway.auth.keys[0]
    gateway.auth.feed.append("session.revoked", "ended")
    gateway.pulled()
    tokens: dict[type[TokenMissing] | type[TokenInvalid], str | None] = {
        TokenMissing: None,
        TokenInvalid: "x",
        TokenExpired: key.token(iat=1, nbf=1, exp=2),
        TokenRevoked: key.token(sid="ended"),
    }
    for error, token in tokens.items():
        answer = gateway.get("/api/count", token)
        assert (answer.json()["code"], answer.json()["detail"]) == (error.code, error.detail)
        assert answer.headers["WWW-Authenticate"] == error.challenge


def test_titles_are_the_reason_phrases(gateway: Gateway) -> None:
    for path in ("/nothing", "/api/count", "/api//x"):
        answer = gateway.get(path)
        assert answer.json()["title"] == CODES[answer.json()["code"]]["title"]


def test_even_trace_learns_which_methods_a_path_knows(gateway: Gateway) -> None:
    status, headers, _ = gateway.raw(b"TRACE /api/products/7?x=1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    assert (status, headers["allow"]) == (405, "GET, HEAD, PATCH, DELETE, OPTIONS")
