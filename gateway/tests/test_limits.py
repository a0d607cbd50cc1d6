"""Limits per address on public routes, and per verified user on protected ones."""

import time

import pytest
import requests

from gateway.tests.platform_under_test import Gateway, Start, problem


def test_public_routes_are_limited_per_address(start: Start) -> None:
    gateway = start(RATE_LIMIT_FACTOR="1", LIMIT_PUBLIC="1r/m", LIMIT_PUBLIC_BURST="20", TRUSTED_PROXIES="127.0.0.1")
    answers = [gateway.get("/api/ping", headers={"X-Forwarded-For": "203.0.113.1"}) for _ in range(30)]
    limited = [answer for answer in answers if answer.status_code == 429]
    assert len(limited) == 9
    assert {problem(answer)["code"] for answer in limited} == {"rate_limited"}
    assert gateway.get("/api/ping", headers={"X-Forwarded-For": "203.0.113.2"}).status_code == 200


NETWORKS = [
    ["2001:db8::1", "2001:db8:0:0:1::", "2001:db8::ffff:0:0:1", "2001:db8:0:0:a0a:a0a:a0a:a0a", "2001:db8::"],
    ["2001:db8:a0a:a::1", "2001:db8:a0a:a:1:2:3:4", "2001:db8:a0a:a::", "2001:db8:a0a:a:0:1::", "2001:DB8:A0A:A::9"],
    ["0:0:1:2::1", "::1:2:0:0:0:2", "0:0:1:2:3:4:5:6", "::1:2:1:1:0:0", "0:0:1:2:0:7::"],
    ["203.0.113.1", "::ffff:203.0.113.1", "203.0.113.1", "::ffff:cb00:7101", "203.0.113.1"],
]


def test_an_ipv6_network_of_64_bits_counts_as_one_address(start: Start) -> None:
    gateway = start(RATE_LIMIT_FACTOR="1", LIMIT_STRICT="1r/m", LIMIT_STRICT_BURST="3", TRUSTED_PROXIES="127.0.0.1")

    def log_in(address: str) -> int:
        return gateway.request("POST", "/api/auth/login", headers={"X-Forwarded-For": address}).status_code

    for network in NETWORKS:
        assert [log_in(address) for address in network] == [200] * 4 + [429], network
    for stranger in ("2001:db8:0:1::1", "2001:db8:a0a:b::1", "0:0:1:3::1", "203.0.113.2", "::ffff:203.0.113.3", "::1"):
        assert log_in(stranger) == 200, stranger


@pytest.mark.parametrize("path", ["/api/auth/login", "/api/auth/signup"])
def test_log_in_and_sign_up_are_limited_strictly(start: Start, path: str) -> None:
    gateway = start(RATE_LIMIT_FACTOR="1", LIMIT_STRICT="6r/m", LIMIT_STRICT_BURST="3")
    answers = [gateway.request("POST", path, json={}) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 4 + [429] * 2
    assert problem(answers[-1])["code"] == "rate_limited"
    assert answers[-1].headers["Retry-After"] == "10"
    assert gateway.request("POST", "/api/auth/refresh").status_code == 200


def test_protected_routes_are_limited_per_verified_user(start: Start) -> None:
    gateway = start(RATE_LIMIT_FACTOR="0.5", LIMIT_USER="10r/m")
    key = gateway.auth.keys[0]
    one, again, other = key.token(sub="ada"), key.token(sub="ada"), key.token(sub="grace")
    statuses = [gateway.status(token) for token in (one, again) * 8]
    assert statuses.count(200) in {5, 10}  # ten when a minute begins meanwhile
    answer = gateway.get("/api/count", one)
    assert problem(answer)["code"] == "rate_limited"
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert gateway.status(other) == 200
    assert gateway.log(answer.headers["X-Request-ID"])["user_id"] == "ada"


def test_a_forged_token_uses_up_nobodys_limit(start: Start) -> None:
    gateway = start(RATE_LIMIT_FACTOR="1", LIMIT_USER="5r/m")
    good = gateway.auth.keys[0].token(sub="ada")
    for _ in range(20):
        assert gateway.status(good[:-6] + "AAAAAA") == 401
    assert gateway.status(good) == 200


def test_forged_tokens_are_limited_per_address_and_good_ones_are_not(start: Start) -> None:
    gateway = start(RATE_LIMIT_FACTOR="0.5", LIMIT_REFUSED="10r/m", TRUSTED_PROXIES="127.0.0.1")
    key = gateway.auth.keys[0]

    def code(token: str, address: str) -> str:
        answer = gateway.get("/api/count", token, headers={"X-Forwarded-For": address})
        if answer.status_code == 429:
            assert 1 <= int(answer.headers["Retry-After"]) <= 60
        return "ok" if answer.ok else str(problem(answer)["code"])

    office, elsewhere = "203.0.113.1", "203.0.113.2"
    known, *colleagues = [key.token(sub=f"colleague-{n}") for n in range(30)]
    assert {code(token, office) for token in (known, *colleagues)} == {"ok"}
    forged = [key.token()[:-8] + f"{n:08d}" for n in range(30)]
    said = [code(token, office) for token in forged]
    assert said.count("token_invalid") in {5, 10}  # ten when a minute begins meanwhile
    assert said.count("rate_limited") == 30 - said.count("token_invalid")
    assert code(key.token(sub="ada"), office) == "rate_limited"
    assert code(known, office) == "ok"
    assert code(key.token(sub="ada"), elsewhere) == "ok"
    assert code(forged[0], elsewhere) == "token_invalid"


@pytest.mark.parametrize("kind", ["token_missing", "token_expired", "token_revoked"])
def test_every_refusal_counts_for_the_address(start: Start, kind: str) -> None:
    gateway = start(RATE_LIMIT_FACTOR="1", LIMIT_REFUSED="10r/m")
    key = gateway.auth.keys[0]
    known = key.token(sub="ada")
    assert gateway.status(known) == 200
    token = {
        "token_missing": "",
        "token_expired": key.token(exp=int(time.time()) - 60, iat=int(time.time()) - 900),
        "token_revoked": key.token(sid="ended"),
    }[kind]
    if kind == "token_revoked":
        assert gateway.status(token) == 200
        gateway.auth.feed.append("session.revoked", "ended")
        gateway.pulled()
    said = [gateway.code(token) for _ in range(30)]
    assert said.count(kind) in {10, 20}  # twenty when a minute begins meanwhile
    assert said.count("rate_limited") == 30 - said.count(kind)
    assert gateway.status(known) == 200


def test_the_factor_scales_every_limit(start: Start) -> None:
    gateway = start(RATE_LIMIT_FACTOR="9999999", LIMIT_PUBLIC="1r/m", LIMIT_PUBLIC_BURST="1", LIMIT_USER="1r/m")
    token = gateway.auth.keys[0].token()
    assert {gateway.get("/api/ping").status_code for _ in range(40)} == {200}
    assert {gateway.status(token) for _ in range(40)} == {200}


def first_limited(gateway: Gateway, method: str, path: str, token: str | None = None) -> requests.Response:
    return next(a for a in (gateway.request(method, path, token) for _ in range(1000)) if a.status_code == 429)


@pytest.mark.parametrize(("rate", "seconds"), [("60r/m", "1"), ("20r/m", "4"), ("1r/m", "63")])
def test_retry_after_is_what_nginx_counts(start: Start, rate: str, seconds: str) -> None:
    rates = {"LIMIT_PUBLIC": rate, "LIMIT_PUBLIC_BURST": "20", "LIMIT_STRICT": rate, "LIMIT_STRICT_BURST": "1"}
    gateway = start(RATE_LIMIT_FACTOR="1", **rates)
    for method, path in (("GET", "/api/ping"), ("POST", "/api/auth/login")):
        assert first_limited(gateway, method, path).headers["Retry-After"] == seconds


WAITING = {
    "public": ("GET", "/api/ping", {"LIMIT_PUBLIC": "40r/m", "LIMIT_PUBLIC_BURST": "20"}),
    "strict": ("POST", "/api/auth/login", {"LIMIT_STRICT": "40r/m", "LIMIT_STRICT_BURST": "1"}),
    "user": ("GET", "/api/count", {"LIMIT_USER": "2r/s"}),
}


@pytest.mark.parametrize("limit", WAITING)
def test_whoever_waits_for_as_long_as_told_is_let_through(start: Start, limit: str) -> None:
    method, path, settings = WAITING[limit]
    gateway = start(RATE_LIMIT_FACTOR="1", **settings)
    token = gateway.auth.keys[0].token(sub="ada")
    for _ in range(2):
        limited = first_limited(gateway, method, path, token)
        assert problem(limited)["code"] == "rate_limited"
        time.sleep(int(limited.headers["Retry-After"]))  # the promise under test
        assert gateway.request(method, path, token).status_code == 200


def test_new_tokens_are_looked_at_again_after_the_time_told(start: Start) -> None:
    gateway = start(RATE_LIMIT_FACTOR="1", LIMIT_REFUSED="2r/s")
    key = gateway.auth.keys[0]
    bad = (key.token()[:-8] + f"{n:08d}" for n in range(1000))
    limited = next(answer for token in bad if (answer := gateway.get("/api/count", token)).status_code == 429)
    time.sleep(int(limited.headers["Retry-After"]))  # the promise under test
    assert gateway.status(key.token()) == 200


def test_an_error_of_a_service_is_worth_a_retry_at_once(start: Start) -> None:
    gateway = start(LIMIT_PUBLIC="1r/m", LIMIT_PUBLIC_BURST="9")
    gateway.services["counter"].stop()
    answer = gateway.get("/api/ping")
    assert (answer.status_code, answer.headers["Retry-After"]) == (502, "1")


@pytest.mark.parametrize("proxies", ["", "127.0.0.1"])
def test_what_a_client_says_of_its_address_gets_it_no_further(start: Start, proxies: str) -> None:
    gateway = start(RATE_LIMIT_FACTOR="1", LIMIT_STRICT="1r/m", LIMIT_STRICT_BURST="3", TRUSTED_PROXIES=proxies)
    added = ", 203.0.113.1" if proxies else ""

    def log_in(claimed: str) -> int:
        headers = {"X-Forwarded-For": claimed + added, "X-Real-IP": claimed, "Forwarded": f"for={claimed}"}
        return gateway.request("POST", "/api/auth/login", headers=headers).status_code

    assert [log_in(f"198.51.100.{n}") for n in range(6)] == [200] * 4 + [429] * 2
