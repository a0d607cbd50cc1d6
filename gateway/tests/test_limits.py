"""Limits per address on public routes, and per verified user on protected ones."""

import pytest

from gateway.tests.platform_under_test import Start, problem


def test_public_routes_are_limited_per_address(start: Start) -> None:
    gateway = start(RATE_LIMIT_FACTOR="1", LIMIT_PUBLIC="1r/m", LIMIT_PUBLIC_BURST="20", TRUSTED_PROXIES="127.0.0.1")
    answers = [gateway.get("/api/ping", headers={"X-Forwarded-For": "203.0.113.1"}) for _ in range(30)]
    limited = [answer for answer in answers if answer.status_code == 429]
    assert len(limited) == 9
    assert {problem(answer)["code"] for answer in limited} == {"rate_limited"}
    assert gateway.get("/api/ping", headers={"X-Forwarded-For": "203.0.113.2"}).status_code == 200


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


def test_the_factor_scales_every_limit(start: Start) -> None:
    gateway = start(RATE_LIMIT_FACTOR="9999999", LIMIT_PUBLIC="1r/m", LIMIT_PUBLIC_BURST="1", LIMIT_USER="1r/m")
    token = gateway.auth.keys[0].token()
    assert {gateway.get("/api/ping").status_code for _ in range(40)} == {200}
    assert {gateway.status(token) for _ in range(40)} == {200}
