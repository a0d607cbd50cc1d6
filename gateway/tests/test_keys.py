"""The keys that auth publishes, and what the gateway does when it publishes something else."""

import json
from typing import Any

import pytest

from gateway.tests.hammer import never_let_in
from gateway.tests.platform_under_test import Start
from quartet.testing import SigningKey, base64url
from quartet.testing.waiting import eventually


def key_set(*keys: Any) -> bytes:
    return json.dumps({"keys": list(keys)}).encode()


def test_a_new_key_is_used_and_a_removed_one_ends_its_remembered_tokens(start: Start) -> None:
    gateway = start()
    first, second = gateway.auth.keys[0], SigningKey("second")
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
    old, new = gateway.auth.keys[0].token(), (replacement := SigningKey("first")).token()
    assert gateway.code(old) == "ok"
    gateway.auth.keys = [replacement]
    eventually(lambda: gateway.code(new) == "ok")
    assert gateway.code(old) == "token_invalid"


def test_bad_answers_leave_the_last_good_keys(start: Start) -> None:
    gateway = start()
    key = gateway.auth.keys[0]
    other, short = SigningKey("other"), base64url(b"\1" * 31)
    bad = [
        (500, key_set(other.jwk)), (200, b""), (200, b"{"), (200, b"[]"), (200, b"{}"), (200, key_set()),
        (200, b'{"keys":{}}'), (200, key_set({"kty": "oct", "k": "AAAA", "kid": "o", "alg": "HS256"})),
        (200, key_set({"kty": "oct", "k": "AAAA", "kid": "other", "alg": "ES256", "crv": "P-256"})),
        (200, key_set(other.jwk, other.jwk)), (200, key_set({**other.jwk, "kid": ""})),
        (200, key_set({**other.jwk, "x": short})), (200, key_set({**other.jwk, "x": other.jwk["x"] + "="})),
        (200, key_set({**other.jwk, "crv": "P-384"})), (200, key_set({**other.jwk, "use": "enc"})),
        (200, key_set({**other.jwk, "d": short})), (200, key_set({**other.jwk, "key_ops": ["sign"]})),
        (200, key_set(other.jwk)[:-1] + b',"keys":[]}'),
    ]  # fmt: skip
    for answer in bad:
        gateway.auth.jwks = answer
        gateway.pulled()
        assert gateway.code(key.token()) == "ok", answer
        assert gateway.code(other.token()) == "token_invalid", answer
    gateway.auth.jwks = (200, key_set(other.jwk))
    eventually(lambda: gateway.code(other.token()) == "ok")


@pytest.mark.parametrize("stranger", [{"kty": "OKP", "crv": "Ed25519", "x": "AAAA", "kid": "o", "alg": "EdDSA"}, {}, 1])
def test_keys_for_other_algorithms_are_left_out(start: Start, stranger: object) -> None:
    gateway = start()
    other = SigningKey("other")
    gateway.auth.jwks = (200, key_set(stranger, other.jwk))
    eventually(lambda: gateway.code(other.token()) == "ok")


def test_a_point_that_is_not_on_the_curve_verifies_nothing(start: Start) -> None:
    gateway = start()
    key = gateway.auth.keys[0]
    gateway.auth.jwks = (200, key_set(key.jwk, {**key.jwk, "kid": "off", "y": base64url(b"\1" * 32)}))
    gateway.pulled()
    assert gateway.code(key.token(header={"kid": "off"})) == "token_invalid"
    assert gateway.code(key.token()) == "ok"


def test_a_leaked_key_is_dead_with_all_its_tokens_whatever_comes(start: Start) -> None:
    gateway = start()
    auth, leaked, other = gateway.auth, gateway.auth.keys[0], SigningKey("other")
    auth.keys = [leaked, other]
    remembered, alive = [leaked.token() for _ in range(3)], other.token()
    eventually(lambda: all(gateway.code(token) == "ok" for token in [*remembered, alive]))
    auth.keys = [other]
    eventually(lambda: all(gateway.code(token) == "token_invalid" for token in remembered), within=4.0)
    with never_let_in(gateway, *remembered, leaked.token()) as hammer:
        for worker in sorted(gateway.workers()):
            hammer.kill(worker)
        eventually(lambda: len(gateway.workers()) == 2)
        gateway.reload(TOKEN_CACHE_SIZE="8m")
        eventually(lambda: gateway.code(alive) == "ok")
        auth.jwks = (500, key_set(leaked.jwk))
        gateway.pulled()
        auth.stop()
        gateway.reload()
        assert gateway.code(alive) == "ok"
        gateway.kill()
        gateway.start(with_auth=False)
        eventually(lambda: hammer.statuses[503])
        auth.jwks = None
        auth.start()
        eventually(lambda: gateway.code(alive) == "ok")
