"""Settings: one clear line for each mistake, and never a value in it."""

import json
from pathlib import Path
from typing import ClassVar

import pytest
from pydantic import SecretStr

from quartet.settings import BrokenSetting, InternalSettings, load

GOOD = "x" * 32


class Example(InternalSettings):
    service: ClassVar[str] = "example"

    secret_keys: tuple[SecretStr, ...] = (SecretStr("default-of-the-secret-keys-0123456789"),)
    origins: tuple[str, ...] = ()


@pytest.fixture(autouse=True)
def _an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def complaint(monkeypatch: pytest.MonkeyPatch, **environment: str) -> str:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(BrokenSetting) as caught:
        load(Example)
    message = str(caught.value)
    assert "\n" not in message
    assert not any(value in message for value in environment.values() if len(value) > 12)
    return message


def test_development_needs_nothing() -> None:
    assert load(Example).environment == "development"


def test_settings_are_frozen() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load(Example).port = 1  # type: ignore[misc]


def test_production_refuses_a_default_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    message = complaint(monkeypatch, ENVIRONMENT="production", SECRET_KEYS=json.dumps([GOOD]))
    assert message == "INTERNAL_SECRET must be set in production"
    message = complaint(monkeypatch, ENVIRONMENT="production", INTERNAL_SECRET=GOOD, SECRET_KEYS="")
    assert message == "SECRET_KEYS must be set in production"
    message = complaint(monkeypatch, ENVIRONMENT="production", INTERNAL_SECRET=GOOD, SECRET_KEYS="[]")
    assert message == "SECRET_KEYS must be set in production (from the environment)"


def test_production_refuses_a_short_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    environment = {"ENVIRONMENT": "production", "INTERNAL_SECRET": GOOD}
    message = complaint(monkeypatch, **environment, SECRET_KEYS=json.dumps([GOOD, "a short secret"]))
    assert message == "SECRET_KEYS must have at least 32 characters (from the environment)"


def test_production_starts_with_secrets_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENVIRONMENT", "production")
    monkeypatch.setenv("INTERNAL_SECRET", GOOD)
    monkeypatch.setenv("SECRET_KEYS", json.dumps([GOOD]))
    assert load(Example).internal_secret.get_secret_value() == GOOD


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty-eighty"),
        ("PORT", "65536"),
        ("ENVIRONMENT", "producing-things"),
        ("PUBLIC_URL", "quartet.example"),
        ("PUBLIC_URL", "ftp://quartet.example"),
        ("WEB_CONCURRENCY", "0"),
        ("TOKEN_ALGORITHMS", "ES256 HS256"),
        ("TOKEN_ALGORITHMS", " "),
        ("SECRET_KEYS", "not-a-list-but-a-secret"),
        ("SECRET_KEYS", '"a-text-but-a-secret"'),
    ],
)
def test_a_mistake_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    assert complaint(monkeypatch, **{name: value}).startswith(name)


def test_a_mistake_made_in_code_shows_no_value_either() -> None:
    with pytest.raises(ValueError, match="secret_keys") as caught:
        Example(secret_keys="a-text-but-a-secret")
    assert "a-text-but-a-secret" not in str(caught.value)


def test_secrets_are_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTERNAL_SECRET", GOOD)
    assert GOOD not in repr(load(Example))


@pytest.mark.parametrize("text", ["ES256 RS256", "ES256,RS256", "ES256, RS256"])
def test_algorithms_are_words(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("TOKEN_ALGORITHMS", text)
    assert load(Example).token_algorithms == ("ES256", "RS256")


def test_a_file_fills_in_what_the_environment_leaves_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("PORT=5099\nTHREADS=3\n")
    monkeypatch.setenv("THREADS", "4")
    settings = load(Example)
    assert (settings.port, settings.threads) == (5099, 4)


def test_a_secret_can_be_a_file(tmp_path: Path) -> None:
    (tmp_path / "internal_secret").write_text(GOOD + "\n")
    assert Example(_secrets_dir=tmp_path).internal_secret.get_secret_value() == GOOD


def test_urls_have_no_slash_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUBLIC_URL", "https://quartet.example/")
    assert load(Example).public_url == "https://quartet.example"


def test_a_file_that_is_no_text_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_bytes(b"HOST=\xff")
    assert complaint(monkeypatch).startswith(".env")
