"""What the gate takes for an access token, and what it does not."""

import base64
import hmac
import json
import time
from functools import partial
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from gateway.tests.platform_under_test import Gateway, Start, problem
from quartet.testing import FORGERIES, SigningKey, TokenMaker, base64url
from quartet.testing.waiting import eventually


@pytest.fixture
def key(gateway: Gateway) -> SigningKey:
    return gateway.auth.keys[0]


@pytest.fixture
def maker(key: SigningKey) -> TokenMaker:
    return TokenMaker(key)


def assert_invalid(gateway: Gateway, token: str) -> None:
    gateway.services["counter"].seen.clear()
    answer = gateway.get("/api/count", token)
    assert answer.status_code == 401
    assert problem(answer)["code"] == "token_invalid"
    assert gateway.services["counter"].seen == []


def test_a_good_token_reaches_the_service_first_seen_and_remembered(gateway: Gateway, key: SigningKey) -> None:
    token = key.token()
    assert [gateway.status(token) for _ in range(4)] == [200] * 4
    assert len(gateway.services["counter"].seen) == 4


def test_no_token_is_token_missing(gateway: Gateway) -> None:
    assert problem(gateway.get("/api/count"))["code"] == "token_missing"


@pytest.mark.parametrize("value", ["", "Bearer", "Bearer ", "Basic YTpi", "Token abc", "bearer"])
def test_another_scheme_or_no_value_is_token_missing(gateway: Gateway, value: str) -> None:
    answer = gateway.get("/api/count", headers={"Authorization": value})
    assert answer.status_code == 401
    assert problem(answer)["code"] == "token_missing"


def test_the_scheme_may_be_written_in_any_case(gateway: Gateway, key: SigningKey) -> None:
    assert gateway.get("/api/count", headers={"Authorization": f"bEARER {key.token()}"}).status_code == 200


def test_a_token_in_the_query_or_a_cookie_is_no_token(gateway: Gateway, key: SigningKey) -> None:
    token = key.token()
    carried: list[dict[str, Any]] = [
        {"params": {"access_token": token}},
        {"params": {"token": token}},
        {"cookies": {"access_token": token}},
    ]
    for options in carried:
        assert problem(gateway.get("/api/count", **options))["code"] == "token_missing"


def test_two_authorization_headers_are_refused(gateway: Gateway, key: SigningKey) -> None:
    header = f"Authorization: Bearer {key.token()}"
    status, _, _ = gateway.raw_path("/api/count", header, header)
    assert status == 400
    assert gateway.services["counter"].seen == []


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forgery_is_refused(gateway: Gateway, maker: TokenMaker, forgery: str) -> None:
    answer = gateway.get("/api/count", FORGERIES[forgery](maker))
    assert answer.status_code == 401
    assert problem(answer)["code"] in {"token_missing", "token_invalid", "token_expired"}
    assert gateway.services["counter"].seen == []


@pytest.mark.parametrize("token", ["x", ".", "...", "a.b", "a.b.c.d", "é.b.c", "A" * 5000])
def test_garbage_is_refused(gateway: Gateway, token: str) -> None:
    answer = gateway.get("/api/count", headers={"Authorization": f"Bearer {token}".encode()})
    assert problem(answer)["code"] == "token_invalid"


def test_whatever_of_a_public_key_may_serve_as_a_secret_hs256_is_refused(gateway: Gateway, maker: TokenMaker) -> None:
    jwk = maker.key.jwk
    pem = maker.key.private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    for secret in (pem.strip(), json.dumps(jwk).encode(), jwk["x"].encode(), base64.urlsafe_b64decode(jwk["x"] + "=")):
        sign = partial(hmac.digest, secret, digest="sha256")
        assert_invalid(gateway, maker.signed(maker.header(alg="HS256"), maker.claims(), sign))


@pytest.mark.parametrize("typ", ["AT+JWT", "application/at+jwt", ["at+jwt"], 1])
def test_the_type_of_a_token_is_spelled_as_ours(gateway: Gateway, key: SigningKey, typ: object) -> None:
    assert_invalid(gateway, key.token(header={"typ": typ}))


@pytest.mark.parametrize("name", ["sub", "sid", "jti", "iss", "aud"])
@pytest.mark.parametrize("value", ["", 1, True, ["x"], {"a": "b"}, "ada\n"], ids=repr)
def test_a_text_claim_is_text_and_not_empty(gateway: Gateway, key: SigningKey, name: str, value: object) -> None:
    if name == "jti" and value == "ada\n":
        return
    change: dict[str, Any] = {name: value}
    assert_invalid(gateway, key.token(**change))


@pytest.mark.parametrize("name", ["iat", "nbf", "exp", "ver"])
@pytest.mark.parametrize("value", ["1", 1.5, True, [], -1, 1e300], ids=repr)
def test_a_number_claim_is_a_natural_number(gateway: Gateway, key: SigningKey, name: str, value: object) -> None:
    change: dict[str, Any] = {name: value}
    assert_invalid(gateway, key.token(**change))


@pytest.mark.parametrize("roles", [["a", 1], [["admin"]], ["admin\n"], ["a,b"], [""], ["a b"], ["é"]], ids=repr)
def test_roles_are_a_list_of_names(gateway: Gateway, key: SigningKey, roles: object) -> None:
    assert_invalid(gateway, key.token(roles=roles))


def test_a_token_that_is_for_us_among_others_is_refused(gateway: Gateway, key: SigningKey) -> None:
    assert_invalid(gateway, key.token(aud=["quartet"]))


def test_times_have_a_leeway_of_thirty_seconds(gateway: Gateway, key: SigningKey) -> None:
    now = int(time.time())
    assert gateway.status(key.token(exp=now - 10)) == 200
    assert gateway.status(key.token(nbf=now + 20, iat=now + 20)) == 200
    assert gateway.code(key.token(exp=now - 31)) == "token_expired"
    assert_invalid(gateway, key.token(nbf=now + 60))
    assert_invalid(gateway, key.token(iat=now + 60))


def test_a_remembered_token_expires(gateway: Gateway, key: SigningKey) -> None:
    token = key.token(exp=int(time.time()) - 28)
    assert gateway.code(token) == "ok"
    eventually(lambda: gateway.code(token) != "ok")
    assert gateway.code(token) == "token_expired"


def test_each_token_has_one_spelling(gateway: Gateway, key: SigningKey) -> None:
    header, payload, signature = (good := key.token()).split(".")
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    stray_bits = signature[:-1] + alphabet[alphabet.index(signature[-1]) ^ 1]
    assert base64.urlsafe_b64decode(stray_bits + "==") == base64.urlsafe_b64decode(signature + "==")
    standard = signature.replace("-", "+").replace("_", "/")
    spellings = [
        f"{header}.{payload}.{stray_bits}", f"{header}.{payload}.{signature}=", f"{header}.{payload}.{signature}==",
        f"{header}=.{payload}.{signature}", f"{header}.{payload}.{signature}.", f".{header}.{payload}.{signature}",
        f"{header}.{payload}.{signature} x", f"{header}.{payload}.{signature}%3D", f"{header}. {payload}.{signature}",
    ]  # fmt: skip
    for _ in ("not seen yet", "known"):
        for spelling in spellings + ([f"{header}.{payload}.{standard}"] if standard != signature else []):
            assert_invalid(gateway, spelling)
        assert gateway.status(good) == 200


def test_rs256_works_where_it_is_set(start: Start) -> None:
    private = rsa.generate_private_key(65537, 2048)
    numbers = private.public_key().public_numbers()
    jwk = {
        "kty": "RSA", "kid": "r", "alg": "RS256", "use": "sig",
        "n": base64url(numbers.n.to_bytes(256, "big")), "e": "AQAB",
    }  # fmt: skip
    gateway = start(TOKEN_ALGORITHMS="ES256 RS256")
    maker = TokenMaker(gateway.auth.keys[0])
    gateway.auth.jwks = (200, json.dumps({"keys": [maker.key.jwk, jwk]}).encode())
    token = maker.signed(
        maker.header(alg="RS256", kid="r"),
        maker.claims(),
        lambda data: private.sign(data, padding.PKCS1v15(), hashes.SHA256()),
    )
    eventually(lambda: gateway.status(token) == 200)
    assert gateway.status(maker.token()) == 200
    assert_invalid(gateway, maker.token(header={"kid": "r"}))
