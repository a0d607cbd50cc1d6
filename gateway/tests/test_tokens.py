"""What the gate takes for an access token, and what it does not."""

import base64
import hashlib
import hmac
import json
import time
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from gateway.tests.platform_under_test import Gateway, Start, eventually, problem
from gateway.tests.signing import Key, claims, encode, encode_json


@pytest.fixture
def key(gateway: Gateway) -> Key:
    return gateway.auth.keys[0]


def assert_invalid(gateway: Gateway, token: str) -> None:
    gateway.services["counter"].seen.clear()
    answer = gateway.get("/api/count", token)
    assert answer.status_code == 401
    assert problem(answer)["code"] == "token_invalid"
    assert gateway.services["counter"].seen == []


def test_a_good_token_reaches_the_service_first_seen_and_remembered(gateway: Gateway, key: Key) -> None:
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


def test_the_scheme_may_be_written_in_any_case(gateway: Gateway, key: Key) -> None:
    assert gateway.get("/api/count", headers={"Authorization": f"bEARER {key.token()}"}).status_code == 200


def test_a_token_in_the_query_or_a_cookie_is_no_token(gateway: Gateway, key: Key) -> None:
    token = key.token()
    carried: list[dict[str, Any]] = [
        {"params": {"access_token": token}},
        {"params": {"token": token}},
        {"cookies": {"access_token": token}},
    ]
    for options in carried:
        assert problem(gateway.get("/api/count", **options))["code"] == "token_missing"


def test_alg_none_is_refused(gateway: Gateway, key: Key) -> None:
    for alg in ("none", "None", "NONE"):
        unsigned = f"{encode_json(key.header(alg=alg))}.{encode_json(claims())}."
        assert_invalid(gateway, unsigned)
        assert_invalid(gateway, unsigned + "AA")


def test_hs256_with_the_public_key_as_secret_is_refused(gateway: Gateway, key: Key) -> None:
    pem = key.public_pem()
    for secret in (pem, pem.strip(), json.dumps(key.public).encode(), key.public["x"].encode()):
        signed = f"{encode_json(key.header(alg='HS256'))}.{encode_json(claims())}"
        mac = hmac.new(secret, signed.encode(), hashlib.sha256).digest()
        assert_invalid(gateway, f"{signed}.{encode(mac)}")


def test_rs256_is_refused_unless_set(gateway: Gateway, key: Key) -> None:
    private = rsa.generate_private_key(65537, 2048)
    signed = f"{encode_json(key.header(alg='RS256'))}.{encode_json(claims())}"
    signature = private.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
    assert_invalid(gateway, f"{signed}.{encode(signature)}")


@pytest.mark.parametrize(
    "change",
    [
        {"alg": "ES384"}, {"alg": "es256"}, {"alg": None}, {"alg": ["ES256"]}, {"alg": ""},
        {"kid": None}, {"kid": "unknown"}, {"kid": ""}, {"kid": 1}, {"kid": ["first"]}, {"kid": "__proto__"},
        {"typ": None}, {"typ": "JWT"}, {"typ": "AT+JWT"}, {"typ": "refresh+jwt"}, {"typ": "application/at+jwt"},
        {"crit": ["exp"], "exp": 1}, {"crit": []}, {"b64": False, "crit": ["b64"]},
        {"jku": "https://evil.example/jwks.json"}, {"x5u": "https://evil.example/c"}, {"x5c": ["AA=="]},
    ],
    ids=json.dumps,
)  # fmt: skip
def test_a_header_that_is_not_exactly_ours_is_refused(gateway: Gateway, key: Key, change: dict[str, object]) -> None:
    assert_invalid(gateway, key.token(header=change))


def test_a_key_that_the_token_brings_itself_is_not_used(gateway: Gateway, key: Key) -> None:
    own = Key(key.kid)
    assert_invalid(gateway, own.token())
    assert_invalid(gateway, own.token(header={"jwk": own.public}))
    assert_invalid(gateway, key.token(header={"jwk": key.public}))


@pytest.mark.parametrize("name", ["iss", "aud", "sub", "sid", "jti", "iat", "nbf", "exp", "ver", "roles", "type"])
def test_a_claim_cannot_be_missing(gateway: Gateway, key: Key, name: str) -> None:
    missing: dict[str, Any] = {name: None}
    assert_invalid(gateway, key.token(**missing))


@pytest.mark.parametrize("name", ["sub", "sid", "jti", "iss", "aud"])
@pytest.mark.parametrize("value", ["", 1, True, ["x"], {"a": "b"}, "somebody else's\n"], ids=repr)
def test_a_text_claim_is_text_and_not_empty(gateway: Gateway, key: Key, name: str, value: object) -> None:
    if name == "jti" and value == "somebody else's\n":
        return
    change: dict[str, Any] = {name: value}
    assert_invalid(gateway, key.token(**change))


@pytest.mark.parametrize("name", ["iat", "nbf", "exp", "ver"])
@pytest.mark.parametrize("value", ["1", 1.5, True, [], -1, 1e300], ids=repr)
def test_a_number_claim_is_a_natural_number(gateway: Gateway, key: Key, name: str, value: object) -> None:
    change: dict[str, Any] = {name: value}
    assert_invalid(gateway, key.token(**change))


def test_an_infinite_exp_is_refused(gateway: Gateway, key: Key) -> None:
    endless = json.dumps(claims()).replace('"exp": ', '"exp": 1e400, "was": ')
    assert_invalid(gateway, key.compact(encode_json(key.header()), encode(endless.encode())))


@pytest.mark.parametrize("roles", ["admin", ["a", 1], {"admin": True}, [["admin"]], ["a,b"], [""]], ids=repr)
def test_roles_are_a_list_of_names(gateway: Gateway, key: Key, roles: object) -> None:
    assert_invalid(gateway, key.token(roles=roles))


@pytest.mark.parametrize(
    "changes", [{"iss": "evil"}, {"aud": "other"}, {"aud": ["quartet"]}, {"type": "refresh"}], ids=repr
)
def test_a_token_that_is_meant_for_something_else_is_refused(
    gateway: Gateway, key: Key, changes: dict[str, Any]
) -> None:
    assert_invalid(gateway, key.token(**changes))


def test_times_have_a_leeway_of_thirty_seconds(gateway: Gateway, key: Key) -> None:
    now = int(time.time())
    assert gateway.status(key.token(exp=now - 10)) == 200
    assert gateway.status(key.token(nbf=now + 20, iat=now + 20)) == 200
    assert gateway.code(key.token(exp=now - 31)) == "token_expired"
    assert_invalid(gateway, key.token(nbf=now + 60))
    assert_invalid(gateway, key.token(iat=now + 60))


def test_a_remembered_token_expires(gateway: Gateway, key: Key) -> None:
    token = key.token(exp=int(time.time()) - 28)
    assert gateway.code(token) == "ok"
    while gateway.code(token) == "ok":
        time.sleep(0.1)
    assert gateway.code(token) == "token_expired"


def test_each_token_has_one_spelling(gateway: Gateway, key: Key) -> None:
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
    for spelling in spellings + ([f"{header}.{payload}.{standard}"] if standard != signature else []):
        assert_invalid(gateway, spelling)
    assert gateway.status(good) == 200


def test_a_signature_of_another_length_or_content_is_refused(gateway: Gateway, key: Key) -> None:
    signed, _, signature = key.token().rpartition(".")
    octets = base64.urlsafe_b64decode(signature + "==")
    der = key.sign_der(signed)
    for wrong in (b"", b"\0", octets[:-1], octets + b"\0", octets[:32], octets * 2, der, bytes(64), b"\xff" * 64):
        assert_invalid(gateway, f"{signed}.{encode(wrong)}")


def test_a_changed_payload_is_refused(gateway: Gateway, key: Key) -> None:
    header, _, signature = key.token().split(".")
    assert_invalid(gateway, f"{header}.{encode_json(claims(roles=['admin']))}.{signature}")


def test_a_member_that_occurs_twice_is_refused(gateway: Gateway, key: Key) -> None:
    twice = json.dumps(claims())[:-1] + ', "sub": "somebody"}'
    assert_invalid(gateway, key.compact(encode_json(key.header()), encode(twice.encode())))
    nested = json.dumps(claims())[:-1] + ', "extra": {"a": 1, "\\u0061": 2}}'
    assert_invalid(gateway, key.compact(encode_json(key.header()), encode(nested.encode())))
    header = json.dumps(key.header())[:-1] + ', "alg": "ES256"}'
    assert_invalid(gateway, key.compact(encode(header.encode()), encode_json(claims())))


@pytest.mark.parametrize(
    "payload", [b"", b"null", b"[]", b"1", b'"x"', b"{", b"{}", b"\xff\xfe", b'\xef\xbb\xbf{"a":1}']
)
def test_a_payload_that_is_no_claims_set_is_refused(gateway: Gateway, key: Key, payload: bytes) -> None:
    assert_invalid(gateway, key.compact(encode_json(key.header()), encode(payload)))


@pytest.mark.parametrize("token", ["x", ".", "..", "...", "a.b", "a.b.c", "a.b.c.d", "é.b.c", "A" * 5000])
def test_garbage_is_refused(gateway: Gateway, token: str) -> None:
    answer = gateway.get("/api/count", headers={"Authorization": f"Bearer {token}".encode()})
    assert problem(answer)["code"] == "token_invalid"


def test_two_authorization_headers_are_refused(gateway: Gateway, key: Key) -> None:
    header = f"Authorization: Bearer {key.token()}"
    status, _, _ = gateway.raw_path("/api/count", header, header)
    assert status == 400
    assert gateway.services["counter"].seen == []


def test_rs256_works_where_it_is_set(start: Start) -> None:
    private = rsa.generate_private_key(65537, 2048)
    numbers = private.public_key().public_numbers()
    jwk = {
        "kty": "RSA", "kid": "r", "alg": "RS256", "use": "sig",
        "n": encode(numbers.n.to_bytes(256, "big")), "e": "AQAB",
    }  # fmt: skip
    gateway = start(TOKEN_ALGORITHMS="ES256 RS256")
    elliptic = gateway.auth.keys[0]
    gateway.auth.jwks = (200, json.dumps({"keys": [elliptic.public, jwk]}).encode())
    signed = f"{encode_json(elliptic.header(alg='RS256', kid='r'))}.{encode_json(claims())}"
    token = f"{signed}.{encode(private.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256()))}"
    eventually(lambda: gateway.status(token) == 200)
    assert gateway.status(elliptic.token()) == 200
    assert_invalid(gateway, elliptic.token(header={"kid": "r"}))
