"""Public keys: which are usable, and following those that auth publishes."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm
from jwt.utils import base64url_encode

from quartet import keys as following
from quartet.keys import KeysNotReady, RemoteKeys, read_jwk_set
from quartet.testing import AuthServer, SigningKey

ES256 = ("ES256",)
GOOD = SigningKey("good")


def changed(**changes: Any) -> dict[str, Any]:
    return {name: value for name, value in {**GOOD.jwk, **changes}.items() if value is not None}


def rsa_jwk(bits: int) -> dict[str, Any]:
    public = rsa.generate_private_key(65537, bits).public_key()
    return {**RSAAlgorithm.to_jwk(public, as_dict=True), "kid": "rsa", "use": "sig", "alg": "RS256"}


@pytest.mark.parametrize(
    "jwk",
    [
        changed(kty="RSA"),
        changed(crv="P-384"),
        changed(use="enc"),
        changed(use=None),
        changed(alg="ES384"),
        changed(alg=None),
        changed(kid=None),
        changed(kid=""),
        changed(kid=7),
        changed(x="AAAA"),
        changed(x=None),
        GOOD.private_jwk,
        {"kty": "oct", "k": "AAAA", "kid": "good", "use": "sig", "alg": "ES256"},
        {"kty": "oct", "k": "AAAA", "kid": "good", "use": "sig", "alg": "HS256"},
        "text",
        None,
    ],
)
def test_an_unusable_key_is_left_out(jwk: Any) -> None:
    other = SigningKey("other")
    assert list(read_jwk_set({"keys": [jwk, other.jwk]}, ES256)) == ["other"]


@pytest.mark.parametrize("document", [None, [], {}, {"keys": {}}, {"keys": []}, {"keys": [GOOD.jwk, GOOD.jwk]}])
def test_a_set_without_one_clear_key_is_refused(document: Any) -> None:
    with pytest.raises(ValueError, match=r"key|kid|JWK"):
        read_jwk_set(document, ES256)


def test_rsa_keys_count_only_where_asked_for_and_long_enough() -> None:
    document = {"keys": [rsa_jwk(2048)]}
    assert list(read_jwk_set(document, ("RS256",))) == ["rsa"]
    with pytest.raises(ValueError, match="no usable key"):
        read_jwk_set(document, ES256)
    with pytest.raises(ValueError, match="no usable key"):
        read_jwk_set({"keys": [rsa_jwk(1024)]}, ("RS256",))


def test_zeros_in_front_make_no_rsa_key_longer() -> None:
    short = rsa.generate_private_key(65537, 1024).public_key()  # noqa: S505
    padded = {**rsa_jwk(2048), "n": base64url_encode(short.public_numbers().n.to_bytes(256, "big")).decode()}
    with pytest.raises(ValueError, match="no usable key"):
        read_jwk_set({"keys": [padded]}, ("RS256",))


@pytest.fixture
def remote(auth_server: AuthServer, tmp_path: Path) -> RemoteKeys:
    return RemoteKeys(f"{auth_server.url}/.well-known/jwks.json", tmp_path / "jwks.json", ES256)


def test_keys_are_fetched_once(remote: RemoteKeys, auth_server: AuthServer, signing_key: SigningKey) -> None:
    for _ in range(5):
        assert remote.find(signing_key.kid)
        assert remote.is_published(signing_key.kid)
    assert auth_server.key_requests == 1


def test_many_threads_make_one_request(remote: RemoteKeys, auth_server: AuthServer, signing_key: SigningKey) -> None:
    with ThreadPoolExecutor(20) as pool:
        assert all(pool.map(lambda _: remote.find(signing_key.kid), range(20)))
    assert auth_server.key_requests == 1


def test_a_new_key_is_found_when_it_is_first_met(remote: RemoteKeys, auth_server: AuthServer) -> None:
    remote.find(auth_server.keys[0].kid)
    new = SigningKey()
    auth_server.keys.append(new)
    assert remote.find(new.kid)
    assert auth_server.key_requests == 2


def test_made_up_keys_are_no_load_on_auth(remote: RemoteKeys, auth_server: AuthServer) -> None:
    with ThreadPoolExecutor(10) as pool:
        found = list(pool.map(lambda number: remote.find(f"made-up-{number}"), range(50)))
    assert not any(found)
    assert auth_server.key_requests <= 3  # the first load, and at most one look in each pause


def old(remote: RemoteKeys) -> None:
    """Let the keys be older than they may be."""
    remote._fetch_at = time.monotonic() - 1


def test_keys_are_fetched_again_when_they_are_old(remote: RemoteKeys, auth_server: AuthServer) -> None:
    gone = auth_server.keys[0]
    remote.find(gone.kid)
    auth_server.keys[:] = [SigningKey()]
    assert remote.is_published(gone.kid)
    old(remote)
    assert not remote.is_published(gone.kid)


def test_the_last_good_keys_stay_while_auth_fails(remote: RemoteKeys, auth_server: AuthServer) -> None:
    kid = auth_server.keys[0].kid
    remote.find(kid)
    auth_server.failing = True
    old(remote)
    assert remote.find(kid)
    auth_server.failing, auth_server.keys = False, []
    old(remote)
    assert remote.find(kid)


def test_a_process_started_while_auth_is_down_uses_the_copy(
    remote: RemoteKeys, auth_server: AuthServer, tmp_path: Path
) -> None:
    kid = auth_server.keys[0].kid
    remote.find(kid)
    auth_server.failing = True
    restarted = RemoteKeys(f"{auth_server.url}/.well-known/jwks.json", tmp_path / "jwks.json", ES256)
    assert restarted.find(kid)


def test_a_broken_copy_is_no_key(auth_server: AuthServer, tmp_path: Path) -> None:
    (tmp_path / "jwks.json").write_text(json.dumps({"keys": [{"kty": "oct", "k": "AAAA"}]}))
    auth_server.failing = True
    with pytest.raises(KeysNotReady):
        RemoteKeys(f"{auth_server.url}/.well-known/jwks.json", tmp_path / "jwks.json", ES256).find("any")


def test_without_any_key_it_says_so_and_recovers(
    remote: RemoteKeys, auth_server: AuthServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following.RemoteKeys, "RETRY", 0.0)
    kid = auth_server.keys[0].kid
    auth_server.failing = True
    with pytest.raises(KeysNotReady):
        remote.find(kid)
    auth_server.failing = False
    assert remote.find(kid)


def test_while_one_thread_fetches_the_others_go_on(remote: RemoteKeys, auth_server: AuthServer) -> None:
    kid = auth_server.keys[0].kid
    remote.find(kid)
    old(remote)
    with remote._lock:  # as a thread holds it that waits for auth
        assert remote.is_published(kid)
        assert remote.find(kid)
    assert auth_server.key_requests == 1


def test_an_unwritable_copy_hinders_nobody(auth_server: AuthServer, tmp_path: Path) -> None:
    copy = tmp_path / "no folder" / "jwks.json"
    remote = RemoteKeys(f"{auth_server.url}/.well-known/jwks.json", copy, ES256)
    assert remote.find(auth_server.keys[0].kid)
