"""One of each error, provoked through the gateway: one kind of document, listed codes, one request id everywhere."""

import json
import re
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
import requests

from devtools.given import ROOT
from devtools.parts import COMMANDS
from quartet.testing.waiting import eventually
from tests.integration.platform_choice import Platform
from tests.integration.platform_client import Api, User, sign_up

JSON = {"Content-Type": "application/json"}
SERVICE_OF = {"auth": "auth", "users": "auth", "products": "catalog", "counters": "counter", "vectors": "vectors"}

LISTED = set(re.findall(r"^\| `(\w+)` \| (\d+)", (ROOT / "docs/errors.md").read_text(), re.MULTILINE))

Call = Callable[[Api, User], requests.Response]


def signup_twice(api: Api, user: User) -> requests.Response:
    body = {"username": user["username"], "email": "another@people.example", "password": user["password"]}
    return api.post("/api/auth/signup", json=body)


# code, status, the operation whose document must list it (None: an error of the gateway before any operation), the call
CASES: list[tuple[str, int, tuple[str, str] | None, Call]] = [
    (
        "malformed_request",
        400,
        ("post", "/api/auth/login"),
        lambda api, _: api.post("/api/auth/login", data='{"username":', headers=JSON),
    ),
    (
        "malformed_request",
        400,
        ("post", "/api/auth/login"),
        lambda api, _: api.post("/api/auth/login", data='{"username":"a","username":"b"}', headers=JSON),
    ),
    ("token_missing", 401, ("get", "/api/products/my"), lambda api, _: api.get("/api/products/my")),
    ("token_invalid", 401, ("get", "/api/products/my"), lambda api, _: api.get("/api/products/my", token="a.b.c")),
    (
        "invalid_credentials",
        401,
        ("post", "/api/auth/login"),
        lambda api, _: api.post("/api/auth/login", json={"username": "nobody", "password": "not the password"}),
    ),
    (
        "refresh_token_invalid",
        401,
        ("post", "/api/auth/refresh"),
        lambda api, _: api.post("/api/auth/refresh", json={"refresh_token": "qr1.a.b.1.c"}),
    ),
    (
        "wrong_password",
        403,
        ("delete", "/api/auth/me"),
        lambda api, user: api.delete("/api/auth/me", token=user["access_token"], json={"password": "wrong"}),
    ),
    (
        "forbidden",
        403,
        ("delete", "/api/users/{user_id}"),
        lambda api, user: api.delete("/api/users/1", token=user["access_token"]),
    ),
    ("not_found", 404, None, lambda api, _: api.get("/api/nothing")),
    (
        "product_not_found",
        404,
        ("get", "/api/products/{product_id}"),
        lambda api, _: api.get("/api/products/999999999"),
    ),
    (
        "counter_not_found",
        404,
        ("get", "/api/counters/{name}"),
        lambda api, user: api.get("/api/counters/never", token=user["access_token"]),
    ),
    (
        "confirmation_not_found",
        404,
        ("post", "/api/auth/confirm"),
        lambda api, _: api.post("/api/auth/confirm", json={"token": "qc1.a.b.1.c"}),
    ),
    ("method_not_allowed", 405, None, lambda api, _: api.delete("/api/products")),
    ("username_taken", 409, ("post", "/api/auth/signup"), signup_twice),
    (
        "body_too_large",
        413,
        ("post", "/api/auth/login"),
        lambda api, _: api.post("/api/auth/login", json={"username": "x" * 100_000, "password": "x"}),
    ),
    ("uri_too_long", 414, None, lambda api, _: api.get("/api/products?q=" + "x" * 20_000)),
    (
        "unsupported_media_type",
        415,
        ("post", "/api/auth/login"),
        lambda api, _: api.post("/api/auth/login", data="username=ada"),
    ),
    (
        "invalid_input",
        422,
        ("post", "/api/products"),
        lambda api, user: api.post("/api/products", token=user["access_token"], json={"name": "", "price": -1}),
    ),
    ("ambiguous_path", 400, ("get", "/api/counters/{name}"), lambda api, _: api.get("/api/counters/a%2fb")),
    ("headers_too_large", 431, None, lambda api, _: api.get("/api/ping", headers={"X-Long": "x" * 20_000})),
]


@pytest.fixture(scope="module")
def strict(launch_for_module: Callable[..., Platform]) -> Platform:
    """A platform with the limits of production."""
    return launch_for_module(RATE_LIMIT_FACTOR="1")


def check_problem(answer: requests.Response, code: str, status: int) -> dict[str, Any]:
    """Check all that every error has in common and return the document."""
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    document: dict[str, Any] = answer.json()
    expected = {"type", "title", "status", "detail", "code", "request_id"} | ({"errors"} if status == 422 else set())
    assert document.keys() == expected
    assert (document["code"], document["status"]) == (code, status)
    assert document["type"] == f"urn:quartet:error:{code}"
    assert document["request_id"] == answer.headers["X-Request-ID"]
    assert (code, str(status)) in LISTED
    return document


def documented_codes(operation: tuple[str, str], status: int) -> set[str]:
    method, path = operation
    service = SERVICE_OF[path.split("/")[2]]
    document = json.loads((ROOT / f"services/{service}/openapi.json").read_text())
    response = document["paths"][path][method]["responses"][str(status)]
    return set(response["content"]["application/problem+json"]["examples"])


@pytest.fixture(scope="module")
def asker(platform: Platform) -> tuple[Api, User]:
    api = Api(platform.url)
    return api, sign_up(api)


@pytest.mark.parametrize(("code", "status", "operation", "call"), CASES, ids=[case[0] for case in CASES])
def test_an_error_is_a_problem_document(
    platform: Platform,
    asker: tuple[Api, User],
    code: str,
    status: int,
    operation: tuple[str, str] | None,
    call: Call,
) -> None:
    document = check_problem(call(*asker), code, status)
    if operation is not None:
        assert code in documented_codes(operation, status)
    logged = eventually(lambda: lines_of(platform, "gateway", document["request_id"]))
    assert logged[-1]["status"] == status


def lines_of(platform: Platform, part: str, request_id: str) -> list[dict[str, Any]]:
    return [line for line in platform.logs(part) if line.get("request_id") == request_id]


def test_the_callers_request_id_is_in_every_log_on_the_way(platform: Platform, asker: tuple[Api, User]) -> None:
    api, user = asker
    request_id = "from-the-caller-0001"
    answer = api.get("/api/products/999999998", token=user["access_token"], headers={"X-Request-ID": request_id})
    assert answer.headers["X-Request-ID"] == request_id
    for part in ("gateway", "catalog"):
        (line,) = eventually(partial(lines_of, platform, part, request_id))
        assert line["route"] in {"/api/products/{id}", "/api/products/<id:product_id>"}


def test_a_malformed_request_id_is_replaced(asker: tuple[Api, User]) -> None:
    api, _ = asker
    for sent in ("short", "x" * 65, "spaces in it", "semi;colon"):
        assert api.get("/api/ping", headers={"X-Request-ID": sent}).headers["X-Request-ID"] != sent


def test_422_names_every_field_and_never_echoes_a_password(asker: tuple[Api, User]) -> None:
    api, _ = asker
    answer = api.post("/api/auth/signup", json={"username": "?", "email": "?", "password": "tiny"})
    document = check_problem(answer, "invalid_input", 422)
    assert {error["field"] for error in document["errors"]} == {"username", "email", "password"}
    assert "tiny" not in answer.text


def test_no_log_holds_a_token_or_a_password(platform: Platform, asker: tuple[Api, User]) -> None:
    api, user = asker
    api.get("/api/auth/confirm", params={"token": "qc1.secret-token-in-the-query"})
    api.get("/api/auth/me", token=user["access_token"])
    eventually(lambda: any(line.get("route") == "/api/auth/me" for line in platform.logs("auth")))
    secrets = (user["password"], user["access_token"], user["refresh_token"], "secret-token-in-the-query")
    for part in ("gateway", *COMMANDS):
        text = json.dumps(platform.logs(part)) + platform.last_words(1000)
        assert not any(secret in text for secret in secrets)


def test_too_many_tries_are_429_with_retry_after(strict: Platform) -> None:
    api = Api(strict.url)
    body = {"username": "nobody", "password": "not the password"}
    answers = (api.post("/api/auth/login", json=body) for _ in range(50))
    answer = next(answer for answer in answers if answer.status_code != 401)
    check_problem(answer, "rate_limited", 429)
    assert int(answer.headers["Retry-After"]) > 0


def test_an_absent_service_is_told_with_retry_after(strict: Platform) -> None:
    api = Api(strict.url)
    strict.stop("catalog")
    answer = api.get("/api/products/999999999")
    # A closed port refuses at once; the address of a container that has gone answers nothing.
    assert answer.status_code in {502, 504}
    check_problem(answer, {502: "upstream_failed", 504: "upstream_timeout"}[answer.status_code], answer.status_code)
    assert int(answer.headers["Retry-After"]) > 0
