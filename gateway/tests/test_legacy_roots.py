"""What older systems answered at their root is what the gateway does below /legacy/<system>."""

import pytest

from gateway.tests.platform_under_test import Gateway, Start, problem

ROOTS = [
    ("POST", "/register", "preqlin", "auth"),
    ("POST", "/login", "preqlin", "auth"),
    ("POST", "/refresh", "preqlin", "auth"),
    ("POST", "/logout", "preqlin", "auth"),
    ("GET", "/user_confirm/t0k3n", "preqlin", "auth"),
    ("POST", "/user_confirm/t0k3n", "preqlin", "auth"),
    ("GET", "/user/7", "preqlin", "auth"),
    ("DELETE", "/user/7", "preqlin", "auth"),
    ("POST", "/generate_random_array", "preqlin", "vectors"),
    ("POST", "/generate_array", "flask-app", "vectors"),
    ("POST", "/auth/login", "flask-api", "auth"),
    ("POST", "/api/v1/register", "web3m", "auth"),
    ("POST", "/api/v1/resend-confirmation", "web3m", "auth"),
    ("POST", "/api/v1/signin", "web3m", "auth"),
    ("POST", "/api/v1/refresh_token", "web3m", "auth"),
    ("GET", "/api/v1/protected", "web3m", "auth"),
    ("PUT", "/api/v1/users", "web3m", "auth"),
    ("DELETE", "/api/v1/users/", "web3m", "auth"),
    ("GET", "/confirm-email/t0k3n", "web3m", "auth"),
    ("POST", "/confirm-email/t0k3n", "web3m", "auth"),
]
PROTECTED = {"/logout", "/user/7", "/generate_random_array", "/generate_array"} | {
    f"/api/v1/{name}" for name in ("protected", "users", "users/")
}


@pytest.mark.parametrize(("method", "path", "system", "service"), ROOTS)
def test_a_root_leads_to_the_route_of_its_system(
    gateway: Gateway, method: str, path: str, system: str, service: str
) -> None:
    behind = {"auth": gateway.auth, **gateway.services}[service]
    if path in PROTECTED:
        assert problem(gateway.request(method, path))["code"] == "token_missing"
        assert behind.seen == []
    answer = gateway.request(method, f"{path}?a=%2F..&b=", gateway.auth.keys[0].token(sub="ada"))
    assert answer.status_code == 200
    (seen,) = behind.seen
    assert (seen.method, seen.path) == (method, f"/legacy/{system}{path}?a=%2F..&b=")
    assert seen.header("X-User-Id") == ("ada" if path in PROTECTED else None)
    assert gateway.log(answer.headers["X-Request-ID"])["route"].startswith(f"/legacy/{system}/")


def test_a_token_in_a_path_means_to_the_service_what_it_meant_to_its_sender(gateway: Gateway) -> None:
    for sent, read in {
        "a%2Db%3Fc%23d": "a-b%3Fc%23d",
        "%C3%A9%20%22%3c": "%C3%A9%20%22%3C",
        "a+b%2Bc": "a+b+c",
        "a=b&c": "a=b&c",
    }.items():
        gateway.auth.seen.clear()
        assert gateway.raw_path(f"/user_confirm/{sent}?x=1")[0] == 200
        assert gateway.auth.seen[0].path.lower() == f"/legacy/preqlin/user_confirm/{read}?x=1".lower()


@pytest.mark.parametrize("prefix", ["", "/legacy/preqlin"])
def test_methods_are_those_of_the_route(gateway: Gateway, prefix: str) -> None:
    for method in ("GET", "TRACE", "PUT"):
        status, headers, _ = gateway.raw_path(
            f"{prefix}/%6cogin?x=1" if method == "PUT" else f"{prefix}/login?x", method=method
        )
        assert (status, headers["allow"]) == (405, "POST, OPTIONS")
    status, headers, _ = gateway.raw_path(f"{prefix}/user/7", method="OPTIONS")
    assert (status, headers["allow"]) == (204, "GET, HEAD, DELETE, OPTIONS")
    assert gateway.request("HEAD", f"{prefix}/user_confirm/x").status_code == 200
    assert [seen.method for seen in gateway.auth.seen] == ["HEAD"]


@pytest.mark.parametrize("prefix", ["", "/legacy/preqlin"])
def test_a_preflight_is_told_the_methods_of_the_route(start: Start, prefix: str) -> None:
    gateway = start(CORS_ORIGINS="https://app.example")
    asked = {"Origin": "https://app.example", "Access-Control-Request-Method": "DELETE"}
    answer = gateway.request("OPTIONS", f"{prefix}/user/7", headers=asked)
    assert answer.status_code == 204
    assert answer.headers["Access-Control-Allow-Methods"] == "GET, HEAD, DELETE, OPTIONS"
    assert gateway.auth.seen == []


def test_limits_are_those_of_the_route(start: Start) -> None:
    gateway = start(RATE_LIMIT_FACTOR="1", LIMIT_STRICT="1r/m", LIMIT_STRICT_BURST="1", LIMIT_USER="2r/m")
    paths = ("/login", "/legacy/preqlin/login", "/auth/login", "/api/v1/signin", "/api/auth/login")
    answers = [gateway.request("POST", path) for path in paths]
    assert [answer.status_code for answer in answers] == [200, 200, 429, 429, 429]
    assert {answer.json()["code"] for answer in answers[2:]} == {"rate_limited"}
    longest = 5 * 2**20
    token = gateway.auth.keys[0].token()
    assert gateway.request("POST", "/generate_array", token, data=b"x" * longest).status_code == 200
    for path in ("/generate_array", "/refresh"):
        sent = gateway.raw_path(path, f"Authorization: Bearer {token}", f"Content-Length: {longest + 1}", method="POST")
        assert sent[0] == 413


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


def test_without_older_systems_their_paths_are_nobodys(start: Start) -> None:
    gateway = start(LEGACY="off")
    token = gateway.auth.keys[0].token()
    for method, path, system, _ in ROOTS:
        for place in (path, f"/legacy/{system}{path}"):
            answer = gateway.request(method, place, token)
            document = problem(answer)
            assert document["code"] == "not_found"
            assert {"message", "error"}.isdisjoint(document)
            assert {"Deprecation", "Link", "Allow"}.isdisjoint(answer.headers)
    assert all(service.seen == [] for service in gateway.everything)
    assert gateway.get("/api/count", token).status_code == 200
