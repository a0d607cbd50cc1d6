"""On the paths of OpenAI's API the gateway's own errors are told as its clients read them, too."""

import pytest

from gateway.tests.platform_under_test import Gateway, Start, problem

PATH = "/v1/embeddings"


def error_of(gateway: Gateway, method: str, path: str, token: str | None = None) -> tuple[int, dict[str, str | None]]:
    answer = gateway.request(method, path, token)
    document = problem(answer)
    error: dict[str, str | None] = document["error"]
    assert (error["message"], error["code"], error["param"]) == (document["detail"], document["code"], None)
    return answer.status_code, error


@pytest.mark.parametrize(
    ("method", "path", "token", "status", "code"),
    [
        ("POST", PATH, None, 401, "token_missing"),
        ("POST", PATH, "x", 401, "token_invalid"),
        ("GET", PATH, None, 405, "method_not_allowed"),
        ("POST", "/v1/chat/completions", None, 404, "not_found"),
        ("POST", "/v1/embeddings;x", None, 400, "ambiguous_path"),
    ],
)
def test_what_the_caller_did_wrong_is_an_invalid_request(
    gateway: Gateway, method: str, path: str, token: str | None, status: int, code: str
) -> None:
    answered, error = error_of(gateway, method, path, token)
    assert (answered, error["code"], error["type"]) == (status, code, "invalid_request_error")


def test_too_many_requests_and_our_own_failures_have_types_of_their_own(start: Start) -> None:
    gateway = start(RATE_LIMIT_FACTOR="1", LIMIT_USER="1r/m")
    one, other = (gateway.auth.keys[0].token(sub=name) for name in ("ada", "grace"))
    gateway.services["vectors"].stop()
    status, error = error_of(gateway, "POST", PATH, one)
    assert (status, error["code"], error["type"]) == (502, "upstream_failed", "server_error")
    limited = [gateway.request("POST", PATH, other) for _ in range(3)][-1]  # a minute may begin between two of them
    assert limited.json()["error"]["type"] == "requests"
    assert 1 <= int(limited.headers["Retry-After"]) <= 60


@pytest.mark.parametrize("path", ["/api/vectors", "/v1", "/api/v2/embeddings", "/?/v1/embeddings"])
def test_elsewhere_the_problem_document_is_all(gateway: Gateway, path: str) -> None:
    assert "error" not in problem(gateway.request("POST", path))
