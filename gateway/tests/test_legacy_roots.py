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
