"""The keys that auth publishes, and what the gateway does when it publishes something else."""

import json
from typing import Any

import pytest

from gateway.tests.platform_under_test import Start, eventually
from gateway.tests.signing import Key, encode


def key_set(*keys: Any) -> bytes:
    return json.dumps({"keys": list(keys)}).encode()


def test_a_new_key_is_used_and_a_removed_one_ends_its_remembered_tokens(start: Start) -> None:
    gateway = start()
    first, second = gateway.auth.keys[0], Key("second")
    old, new = first.token(), second.token()
    assert [gateway.code(old) for _ in range(4)] == ["ok"] * 4
    assert gateway.code(new) == "token_invalid"
    gateway.auth.keys = [first, second]
    eventually(lambda: gateway.code(new) == "ok")
    assert gateway.code(old) == "ok"
    gateway.auth.keys = [second]
    eventually(lambda: gateway.code(old) == "token_invalid")
    assert gateway.code(new) == "ok"


def test_another_key_under_the_same_kid_ends_the_tokens_of_the_first(start: Start) -> None:
    gateway = start()
    old, new = gateway.auth.keys[0].token(), (replacement := Key("first")).token()
    assert gateway.code(old) == "ok"
    gateway.auth.keys = [replacement]
    eventually(lambda: gateway.code(new) == "ok")
    assert gateway.code(old) == "token_invalid"


def test_bad_answers_leave_the_last_good_keys(start: Start) -> None:
    gateway = start()
    key = gateway.auth.keys[0]
    other, short = Key("other"), encode(b"\1" * 31)
    bad = [
        (500, key_set(other.public)), (200, b""), (200, b"{"), (200, b"[]"), (200, b"{}"), (200, key_set()),
        (200, b'{"keys":{}}'), (200, key_set({"kty": "oct", "k": "AAAA", "kid": "o", "alg": "HS256"})),
        (200, key_set({"kty": "oct", "k": "AAAA", "kid": "other", "alg": "ES256", "crv": "P-256"})),
        (200, key_set(other.public, other.public)), (200, key_set({**other.public, "kid": ""})),
        (200, key_set({**other.public, "x": short})), (200, key_set({**other.public, "x": other.public["x"] + "="})),
        (200, key_set({**other.public, "crv": "P-384"})), (200, key_set({**other.public, "use": "enc"})),
        (200, key_set({**other.public, "d": short})), (200, key_set({**other.public, "key_ops": ["sign"]})),
        (200, key_set(other.public)[:-1] + b',"keys":[]}'),
    ]  # fmt: skip
    for answer in bad:
        gateway.auth.jwks = answer
        gateway.pulled()
        assert gateway.code(key.token()) == "ok", answer
        assert gateway.code(other.token()) == "token_invalid", answer
    gateway.auth.jwks = (200, key_set(other.public))
    eventually(lambda: gateway.code(other.token()) == "ok")


@pytest.mark.parametrize("stranger", [{"kty": "OKP", "crv": "Ed25519", "x": "AAAA", "kid": "o", "alg": "EdDSA"}, {}, 1])
def test_keys_for_other_algorithms_are_left_out(start: Start, stranger: object) -> None:
    gateway = start()
    other = Key("other")
    gateway.auth.jwks = (200, key_set(stranger, other.public))
    eventually(lambda: gateway.code(other.token()) == "ok")


def test_a_point_that_is_not_on_the_curve_verifies_nothing(start: Start) -> None:
    gateway = start()
    key = gateway.auth.keys[0]
    gateway.auth.jwks = (200, key_set(key.public, {**key.public, "kid": "off", "y": encode(b"\1" * 32)}))
    gateway.pulled()
    assert gateway.code(key.token(header={"kid": "off"})) == "token_invalid"
    assert gateway.code(key.token()) == "ok"
