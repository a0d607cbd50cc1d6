"""Which signature algorithms pass is a setting: ES256, and RS256 on request."""

import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from gateway.tests.platform_under_test import Gateway, Start
from quartet.testing import SigningKey, TokenMaker
from quartet.testing.waiting import eventually

ALGORITHM = RSAAlgorithm(RSAAlgorithm.SHA256)


class RsaKey:
    """An RS256 key pair."""

    def __init__(self, kid: str, bits: int = 2048) -> None:
        self.kid = kid
        self.private = rsa.generate_private_key(65537, bits)

    @property
    def jwk(self) -> dict[str, Any]:
        public = RSAAlgorithm.to_jwk(self.private.public_key(), as_dict=True)
        return {**public, "kid": self.kid, "use": "sig", "alg": "RS256"}

    def token(self, **header: str) -> str:
        maker = TokenMaker(SigningKey(self.kid))
        return maker.signed(maker.header(**{"alg": "RS256", **header}), maker.claims(), self.sign)

    def sign(self, data: bytes) -> bytes:
        return ALGORITHM.sign(data, self.private)


@pytest.fixture(scope="module")
def rsa_key() -> RsaKey:
    return RsaKey("rsa")


def publish(gateway: Gateway, *keys: Any) -> None:
    """Publish these keys beside the first, and wait until the gateway has them."""
    gateway.auth.keys = [gateway.auth.keys[0], *keys, last := SigningKey("last")]
    eventually(lambda: gateway.code(last.token()) == "ok")


def test_rs256_passes_where_it_is_asked_for(start: Start, rsa_key: RsaKey) -> None:
    gateway = start(TOKEN_ALGORITHMS="ES256 RS256")
    first, weak = gateway.auth.keys[0], RsaKey("weak", 1024)
    publish(gateway, rsa_key)
    assert [gateway.code(rsa_key.token()) for _ in range(3)] == ["ok"] * 3
    assert gateway.code(first.token()) == "ok"
    assert gateway.code(RsaKey("rsa").token()) == "token_invalid"
    assert gateway.code(rsa_key.token(kid="first")) == "token_invalid"
    assert gateway.code(rsa_key.token(alg="RS512")) == "token_invalid"
    assert gateway.code(rsa_key.token(alg="PS256")) == "token_invalid"
    assert gateway.code(rsa_key.token(alg="ES256")) == "token_invalid"
    assert gateway.code(first.token(header={"kid": "rsa"})) == "token_invalid"
    gateway.auth.jwks = (200, json.dumps({"keys": [first.jwk, weak.jwk]}).encode())
    gateway.pulled()
    assert gateway.code(weak.token()) == "token_invalid"


def test_rs256_is_refused_otherwise(start: Start, rsa_key: RsaKey) -> None:
    gateway = start()
    publish(gateway, rsa_key)
    assert gateway.code(rsa_key.token()) == "token_invalid"
    assert gateway.code(rsa_key.token(alg="ES256")) == "token_invalid"


@pytest.mark.parametrize("changed", ["TOKEN_ISSUER", "TOKEN_AUDIENCE"])
def test_a_reload_that_expects_another_token_forgets_those_it_knew(start: Start, changed: str) -> None:
    gateway = start()
    token = gateway.auth.keys[0].token()
    assert [gateway.code(token) for _ in range(2)] == ["ok", "ok"]
    gateway.reload(**{changed: "another"})
    eventually(lambda: gateway.code(token) == "token_invalid")


def test_a_reload_with_other_algorithms_reads_the_keys_again(start: Start, rsa_key: RsaKey) -> None:
    gateway = start()
    publish(gateway, rsa_key)
    token = rsa_key.token()
    gateway.reload(TOKEN_ALGORITHMS="ES256 RS256")
    eventually(lambda: gateway.code(token) == "ok")
    gateway.reload(TOKEN_ALGORITHMS="ES256")
    eventually(lambda: gateway.code(token) == "token_invalid")
    assert gateway.code(gateway.auth.keys[0].token()) == "ok"
