"""What is nearly a path of an older system is none, and leads nowhere."""

import pytest

from gateway.tests.platform_under_test import Gateway, problem


@pytest.mark.parametrize(
    "path",
    [
        "/LOGIN", "/logins", "/log", "/login-page", "/users", "/user-confirm/x", "/status_page",
        "/api/v1x", "/api/V1/signin",
        "/auth", "/auth/logins", "/signin", "/array", "/generate_arrays", "/confirm-emails/x", "/admin", "/legacy",
        "/legacy/", "/legacy/none/login", "/legacy/Preqlin/login", "/legacy/preqlins/login", "/legacy/login",
    ],
)  # fmt: skip
def test_no_other_path_is_one_of_theirs(gateway: Gateway, path: str) -> None:
    for method in ("GET", "POST"):
        answer = gateway.request(method, path)
        document = problem(answer)
        assert document["code"] == "not_found"
        assert "error" not in document
        assert "Deprecation" not in answer.headers
    assert all(service.seen == [] for service in gateway.everything)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("//login", 400), ("/login//", 400), ("/login%2f..", 400), ("/login/..", 400), ("/login/../internal/feed", 400),
        ("/./login", 400), ("/login;x", 400), ("/login%00", 400), ("/login%0d%0aX:1", 400), ("/user/7%2f8", 400),
        ("/user_confirm/..%2f..%2finternal%2ffeed", 400), ("/user_confirm/%2e%2e/feed", 400),
        ("/user_confirm/a\\b", 400),
        ("/legacy/preqlin/../../internal/feed", 400), ("/legacy/preqlin//login", 400), ("/legacy/../login", 400),
        ("/legacy/preqlin/login#", 400), ("/user_confirm/%25252e", 400),
        ("/login/", 404), ("/login/x", 404), ("/user", 404), ("/user/", 404), ("/user/-1", 404),
        ("/user_confirm/", 404),
        ("/user_confirm/a/b", 404), ("/api/v1/internal/feed", 404), ("/legacy/preqlin/internal/feed", 404),
        ("/legacy/web3m/_check", 404), ("/api/v1/_problem/not_found", 404),
        ("/legacy/preqlin/legacy/preqlin/login", 404),
        ("/legacy/flask-api/docs/page.js", 404), ("/legacy/preqlin/pull/feed", 404), ("/swagger/index.html", 404),
    ],
)  # fmt: skip
def test_nothing_else_is_reached_through_a_root(gateway: Gateway, path: str, status: int) -> None:
    token = gateway.auth.keys[0].token()
    for method in ("GET", "POST"):
        got, headers, _ = gateway.raw_path(path, f"Authorization: Bearer {token}", method=method)
        assert (got, headers["content-type"]) == (status, "application/problem+json")
    assert all(service.seen == [] for service in gateway.everything)
