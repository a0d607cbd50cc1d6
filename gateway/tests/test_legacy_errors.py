"""The gateway's own answers on the paths of older systems: their clients find the text, and the way on."""

import json
from typing import Any

import pytest

from gateway.tests.platform_under_test import Gateway, Start
from quartet.legacy.blueprint import DEPRECATED_SINCE

SYSTEMS = ("preqlin", "flask-app", "flask-api", "catalog", "web3m")
DEPRECATION = f"@{DEPRECATED_SINCE}"


def refused(gateway: Gateway, method: str, path: str, *headers: str) -> tuple[int, dict[str, Any]]:
    """The status of a refusal and its document, checked for what every one of them has on these paths."""
    status, told, body = gateway.raw_path(path, *headers, method=method)
    document: dict[str, Any] = json.loads(body)
    assert told["content-type"] == "application/problem+json"
    assert document["message"] == document["error"]
    assert document["type"] == f"urn:quartet:error:{document['code']}"
    assert document["request_id"] == told["x-request-id"]
    assert document["title"]
    assert document["detail"]
    assert (told["deprecation"], 'rel="deprecation"' in told["link"]) == (DEPRECATION, True)
    return status, document


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_path_that_a_system_has_not_is_404_with_a_message(gateway: Gateway, system: str) -> None:
    for path in (f"/legacy/{system}", f"/legacy/{system}/none", f"/legacy/%{ord(system[0]):x}{system[1:]}/none?x=1"):
        status, document = refused(gateway, "GET", path)
        assert (status, document["code"], document["message"]) == (404, "not_found", document["detail"])
        assert document["status"] == ("error" if system == "preqlin" else 404)


REFUSALS = [
    ("POST", "/legacy/preqlin/logout", 401, "token_missing"),
    ("POST", "/logout", 401, "token_missing"),
    ("GET", "/legacy/flask-api/api/count", 401, "token_missing"),
    ("PUT", "/legacy/catalog/api/products", 405, "method_not_allowed"),
    ("TRACE", "/login", 405, "method_not_allowed"),
    ("GET", "/legacy/web3m//signin", 400, "ambiguous_path"),
    ("GET", "/api/v1/a;b", 400, "ambiguous_path"),
    ("GET", "/login%2f..", 400, "ambiguous_path"),
    ("GET", "/legacy/flask-app/x?\xe9", 400, "malformed_request"),
    ("GET", "/user/1%00", 400, "malformed_request"),
    ("GET", "http://any.host/api/v1/..%2f..%2f..%2fx", 400, "malformed_request"),
    ("GET", "/api/v1/x?" + "x" * 9000, 414, "uri_too_long"),
    ("GET", "/api/v1/none", 404, "not_found"),
]


@pytest.mark.parametrize(("method", "path", "status", "code"), REFUSALS)
def test_a_refusal_has_its_text_where_any_old_client_looks(
    gateway: Gateway, method: str, path: str, status: int, code: str
) -> None:
    got, document = refused(gateway, method, path)
    assert (got, document["status"], document["code"], document["message"]) == (
        status,
        status,
        code,
        document["detail"],
    )


def test_a_header_or_body_that_is_too_long_is_refused_so_too(gateway: Gateway) -> None:
    assert refused(gateway, "POST", "/login", "Content-Length: 70000")[1]["code"] == "body_too_large"
    assert refused(gateway, "POST", "/login", "X-Long: " + "x" * 9000)[1]["code"] == "headers_too_large"


@pytest.mark.parametrize("path", ["/generate_array", "/legacy/flask-app/generate_array"])
def test_flask_app_says_that_a_token_is_missing_in_the_words_that_its_clients_compare(
    gateway: Gateway, path: str
) -> None:
    for headers in (
        [],
        ["Authorization: abc"],
        ["Authorization:"],
        ["Authorization: Bearer"],
        ["Authorization: Basic x"],
    ):
        status, document = refused(gateway, "POST", path, *headers)
        assert (status, document["code"], document["message"]) == (401, "token_missing", "Token is missing")
    status, document = refused(gateway, "POST", path, "Authorization: Bearer abc")
    assert (status, document["code"], document["message"]) == (401, "token_invalid", document["detail"])
    assert refused(gateway, "POST", "/generate_random_array")[1]["message"] != "Token is missing"


def test_a_failure_of_our_own_is_told_so_too(start: Start) -> None:
    gateway = start(RATE_LIMIT_FACTOR="1", LIMIT_STRICT="1r/m", LIMIT_STRICT_BURST="1")
    gateway.auth.stop()
    assert refused(gateway, "POST", "/login")[1]["code"] == "upstream_failed"
    assert [refused(gateway, "POST", "/login") for _ in range(2)][-1][1]["code"] == "rate_limited"


def test_a_preflight_says_that_the_route_is_deprecated(gateway: Gateway) -> None:
    answer = gateway.request("OPTIONS", "/login")
    assert (answer.status_code, answer.headers["Deprecation"]) == (204, DEPRECATION)


@pytest.mark.parametrize("status", [200, 401, 404, 500])
def test_a_service_says_it_itself_and_it_is_said_once(gateway: Gateway, status: int) -> None:
    told = {
        "Deprecation": "@1",
        "Link": '</api/auth/login>; rel="successor-version"',
        "Content-Type": "application/json",
    }
    gateway.auth.answers["/legacy/preqlin/login"] = (status, told, b'{"message":"its own"}')
    for path in ("/login", "/legacy/preqlin/login"):
        answer = gateway.request("POST", path)
        assert (answer.status_code, answer.json()) == (status, {"message": "its own"})
        assert (answer.headers["Deprecation"], answer.headers["Link"]) == ("@1", told["Link"])


def test_nothing_else_is_deprecated(gateway: Gateway) -> None:
    for path in ("/api/ping", "/", "/none", "/api//x", "/v1/models", "/health"):
        _, headers, _ = gateway.raw_path(path)
        assert {"deprecation", "link"}.isdisjoint(headers)
