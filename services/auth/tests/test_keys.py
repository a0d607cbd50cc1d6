"""Signing keys: published before they sign, trusted until their last token has expired."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import jwt
import pytest
from click.testing import CliRunner
from pydantic import SecretStr
from sqlalchemy import update

from auth import create_app, keyring
from auth.cli import main
from auth.errors import KeyNotReady
from auth.models import SigningKey as StoredKey
from auth.resources import Resources
from auth.seals import BrokenSeal, Seals
from auth.settings import AuthSettings
from auth.use_cases import keys
from quartet.migrations import migrate
from quartet.settings import BrokenSetting
from quartet.testing import INTERNAL_SECRET, SigningKey
from services.auth.tests.api import Api, bearer
from services.auth.tests.conftest import MakeSettings


@pytest.fixture(autouse=True)
def _read_keys_again_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyring.Keyring, "MAX_AGE", 0.0)


def published(api: Api) -> list[str]:
    answer = api.client.get("/.well-known/jwks.json")
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert all("d" not in key for key in answer.get_json()["keys"])
    return [key["kid"] for key in answer.get_json()["keys"]]


def states(auth: Resources) -> list[str]:
    return [key.state for key in keys.listed(auth)]


def test_a_fresh_database_has_a_key_that_signs_and_one_that_waits(auth: Resources) -> None:
    assert sorted(states(auth)) == ["active", "next"]
    keys.ensure(auth)
    assert len(states(auth)) == 2


def test_each_page_of_the_feed_tells_which_keys_are_published(api: Api) -> None:
    def told() -> str | None:
        page = api.client.get("/internal/feed", headers=bearer(INTERNAL_SECRET)).get_json()
        return page["keys"] and str(page["keys"])

    def digest() -> str:
        return sha256(api.client.get("/.well-known/jwks.json").get_data()).hexdigest()

    before = told()
    assert before == digest()
    for key in keys.listed(api.resources):
        keys.withdraw_compromised(api.resources, key.kid)
    assert told() == digest() != before
    with api.resources.database.writing() as session:
        session.execute(update(StoredKey).values(state="withdrawn"))
        session.commit()
    assert told() is None


def test_given_keys_are_imported_once_and_the_first_signs(make_api: Callable[..., Api]) -> None:
    first, second = SigningKey("first"), SigningKey("second")
    jwks = {"keys": [first.private_jwk, second.private_jwk]}
    api = make_api(signing_keys=SecretStr(json.dumps(jwks)))
    keys.ensure(api.resources)
    assert [(key.kid, key.state) for key in keys.listed(api.resources)] == [("first", "active"), ("second", "next")]
    assert jwt.get_unverified_header(api.user("ada")["access_token"])["kid"] == "first"


def test_a_withdrawn_key_is_not_imported_again(make_settings: MakeSettings) -> None:
    leaked, other = SigningKey("leaked"), SigningKey("other")
    jwks = {"keys": [leaked.private_jwk, other.private_jwk]}
    settings = make_settings(signing_keys=SecretStr(json.dumps(jwks)))
    migrate(settings.database, "auth")
    auth = Resources.of(settings)
    keys.ensure(auth)
    assert keys.withdraw_compromised(auth, "leaked")
    assert not keys.withdraw_compromised(auth, "leaked")
    keys.ensure(auth)
    assert [(key.kid == "other", key.state) for key in keys.listed(auth)] == [(True, "active"), (False, "next")]


@pytest.mark.parametrize("text", ["", "{}", '{"keys": [{}]}', '{"keys": [{"kty": "oct", "k": "AAAA", "kid": "x"}]}'])
def test_broken_keys_are_named(make_api: Callable[..., Api], text: str) -> None:
    with pytest.raises(BrokenSetting, match="SIGNING_KEYS"):
        make_api(signing_keys=SecretStr(text))


def test_private_keys_are_sealed(auth: Resources) -> None:
    for key in keys.listed(auth):
        assert "PRIVATE" not in key.sealed_private
        assert "PRIVATE" in auth.seals.unseal(key.sealed_private)


def test_a_key_signs_only_after_it_was_published_long_enough(auth: Resources) -> None:
    with pytest.raises(KeyNotReady):
        keys.rotate(auth)
    with auth.database.writing() as session:
        session.execute(update(StoredKey).values(created_at=datetime.now(UTC) - timedelta(seconds=601)))
        session.commit()
    waiting = next(key.kid for key in keys.listed(auth) if key.state == "next")
    assert keys.rotate(auth).kid == waiting
    assert sorted(states(auth)) == ["active", "next", "retiring"]


def test_tokens_of_the_key_before_go_on_after_a_rotation(make_api: Callable[..., Api]) -> None:
    api = make_api(key_publish_lead=0)
    before = api.user("ada")["access_token"]
    keys.rotate(api.resources)
    after = api.log_in("ada").get_json()["access_token"]
    assert jwt.get_unverified_header(before)["kid"] != jwt.get_unverified_header(after)["kid"]
    assert api.me(before).status_code == api.me(after).status_code == 200
    assert len(published(api)) == 3


def test_a_key_is_withdrawn_when_its_last_token_has_expired(make_api: Callable[..., Api]) -> None:
    api = make_api(key_publish_lead=0)
    old = api.resources.keyring.signer().kid
    keys.rotate(api.resources)
    assert keys.retire(api.resources) == []
    with api.resources.database.writing() as session:
        session.execute(update(StoredKey).values(retiring_since=datetime.now(UTC) - timedelta(hours=2)))
        session.commit()
    assert keys.retire(api.resources) == [old]
    assert old not in published(api)


def test_a_compromised_key_dies_at_once_with_its_tokens(api: Api) -> None:
    token = api.user("ada")["access_token"]
    kid = jwt.get_unverified_header(token)["kid"]
    assert keys.withdraw_compromised(api.resources, kid)
    assert kid not in published(api)
    assert api.me(token).status_code == 401
    assert api.me(api.log_in("ada").get_json()["access_token"]).status_code == 200
    assert sorted(states(api.resources)) == ["active", "next"]


def test_an_access_token_is_small_and_says_what_it_should(api: Api) -> None:
    login = api.user("ada")
    token = login["access_token"]
    assert len(token) <= 1024
    assert jwt.get_unverified_header(token) == {
        "alg": "ES256",
        "kid": api.resources.keyring.signer().kid,
        "typ": "at+jwt",
    }
    claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    assert claims.keys() == {
        *("iss", "aud", "sub", "sid", "jti", "iat", "nbf", "exp", "roles", "ver", "preferred_username", "type", "fresh")
    }
    assert claims["exp"] - claims["iat"] == 900
    assert "example.com" not in str(claims)


def test_a_new_first_secret_writes_and_the_old_one_still_reads() -> None:
    old, both, new = Seals(["a" * 32]), Seals(["b" * 32, "a" * 32]), Seals(["b" * 32])
    assert both.unseal(old.seal("text")) == "text"
    assert both.read_stamp("qr1", old.stamp("qr1", "x", "1")) == ["x", "1"]
    assert new.unseal(both.seal("text")) == "text"
    with pytest.raises(BrokenSeal):
        new.unseal(old.seal("text"))
    with pytest.raises(BrokenSeal):
        new.read_stamp("qr1", old.stamp("qr1", "x", "1"))


def test_keys_sealed_with_a_lost_secret_make_auth_unready(api: Api, make_settings: MakeSettings) -> None:
    settings = make_settings(secret_keys=(SecretStr("another-secret-0123456789abcdefghijk"),))
    client = create_app(settings).test_client()
    ready = client.get("/health/ready")
    assert ready.status_code == 503
    assert ready.get_json()["checks"] == {"database": "ok", "keys": "unavailable"}
    assert client.get("/.well-known/jwks.json").status_code == 503
    assert api.client.get("/health/ready").status_code == 200


def test_the_commands_list_and_rotate(settings: AuthSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("environment", "database_url", "key_publish_lead"):
        monkeypatch.setenv(name.upper(), str(getattr(settings, name)))
    monkeypatch.setenv("STATE_DIR", str(settings.state_dir))
    run = CliRunner().invoke
    assert run(main, ["migrate"]).exit_code == 0
    listed = run(main, ["keys", "list"]).output
    assert [line.split()[1] for line in listed.splitlines()] == ["active", "next"]
    refused = run(main, ["keys", "rotate"])
    assert refused.exit_code == 1
    assert "may sign from" in refused.output
    assert "no key nobody" in run(main, ["keys", "rotate", "--compromised", "nobody"]).output
    assert run(main, ["keys", "rotate", "--compromised", listed.split()[0]]).exit_code == 0
    assert listed.split()[0] not in run(main, ["keys", "list"]).output
    assert "none" in run(main, ["keys", "retire"]).output


def test_an_admin_is_made_once_with_a_password_that_only_its_file_holds(
    settings: AuthSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STATE_DIR", str(settings.state_dir))
    run = CliRunner().invoke
    run(main, ["migrate"])
    file = settings.state_path / "admin-password"
    made = run(main, ["create-admin", "--password-file", str(file)])
    password = file.read_text().strip()
    assert "made the admin" in made.output
    assert password not in made.output
    assert file.stat().st_mode & 0o777 == 0o600
    assert len(password) >= 20
    again = run(main, ["create-admin", "--password-file", str(file)])
    assert again.exit_code == 0
    assert "nothing changed" in again.output
    assert file.read_text().strip() == password
