"""The settings file: natural JSON values, sections for services, and typing mistakes refused by name."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import pytest
from pydantic import SecretStr

from quartet.settings import BrokenSetting, InternalSettings, load

GOOD = "x" * 32
PAUSE = 0.25


class Example(InternalSettings):
    service: ClassVar[str] = "example"

    secret_keys: tuple[SecretStr, ...] = (SecretStr("default-of-the-secret-keys-0123456789"),)
    signing_keys: SecretStr | None = None
    strict: bool = False
    pause: float = 1.0


Write = Callable[[Any], Path]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Writes the file, text and bytes as they are, and says where it is."""
    monkeypatch.chdir(tmp_path)

    def write(content: Any) -> Path:
        path = tmp_path / "settings.json"
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        monkeypatch.setenv("SETTINGS_FILE", str(path))
        return path

    return write


def complaint() -> str:
    with pytest.raises(BrokenSetting) as caught:
        load(Example)
    message = str(caught.value)
    assert "\n" not in message
    assert GOOD not in message
    return message


def test_values_stand_as_json_has_them(write: Write) -> None:
    write(
        {
            "PORT": 5099,
            "pause": PAUSE,
            "STRICT": True,
            "SECRET_KEYS": [GOOD],
            "SIGNING_KEYS": {"keys": [{"kty": "EC", "x5t#S256": "a"}]},
            "TOKEN_ALGORITHMS": ["ES256", "RS256"],
            "GATEWAY_NETWORKS": ["10.0.0.0/8", "192.0.2.1"],
            "STATE_DIR": "state",
        }
    )
    settings = load(Example)
    assert (settings.port, settings.pause, settings.strict) == (5099, PAUSE, True)
    assert [key.get_secret_value() for key in settings.secret_keys] == [GOOD]
    assert settings.signing_keys is not None
    assert json.loads(settings.signing_keys.get_secret_value()) == {"keys": [{"kty": "EC", "x5t#S256": "a"}]}
    assert settings.token_algorithms == ("ES256", "RS256")
    assert settings.gateway_networks == ("10.0.0.0/8", "192.0.2.1/32")
    assert settings.state_dir == Path("state")


def test_values_stand_as_the_environment_has_them(write: Write) -> None:
    write(
        {
            "PORT": "5099",
            "PAUSE": "0.25",
            "STRICT": "true",
            "SECRET_KEYS": json.dumps([GOOD]),
            "SIGNING_KEYS": '{"keys": []}',
            "TOKEN_ALGORITHMS": "ES256 RS256",
            "GATEWAY_NETWORKS": "10.0.0.0/8",
        }
    )
    settings = load(Example)
    assert (settings.port, settings.pause, settings.strict) == (5099, PAUSE, True)
    assert [key.get_secret_value() for key in settings.secret_keys] == [GOOD]
    assert settings.signing_keys == SecretStr('{"keys": []}')
    assert settings.token_algorithms == ("ES256", "RS256")
    assert settings.gateway_networks == ("10.0.0.0/8",)


def test_null_and_empty_text_are_left_out(write: Write) -> None:
    write({"PORT": None, "TOKEN_ISSUER": "", "THREADS": 3, "example": {"THREADS": None}})
    settings = load(Example)
    assert (settings.port, settings.token_issuer, settings.threads) == (5000, "quartet-auth", 3)


def test_all_other_places_go_before_the_file(write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write({"PORT": 1, "THREADS": 1, "WEB_CONCURRENCY": 1, "LOG_LEVEL": "DEBUG"})
    (tmp_path / ".env").write_text("PORT=2\nTHREADS=2\n")
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "web_concurrency").write_text("3")
    monkeypatch.setenv("PORT", "4")
    settings = Example(_secrets_dir=tmp_path / "secrets")
    assert (settings.port, settings.threads, settings.web_concurrency, settings.log_level) == (4, 2, 3, "DEBUG")


def test_env_may_name_the_file(write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write({"PORT": 5099})
    monkeypatch.delenv("SETTINGS_FILE")
    (tmp_path / ".env").write_text("SETTINGS_FILE=settings.json\n")
    assert load(Example).port == 5099


def test_a_section_goes_before_the_rest_and_sections_of_others_are_theirs(write: Write) -> None:
    write({"PORT": 1, "THREADS": 1, "example": {"port": 2}, "other": {"PORT": 3, "ITS_OWN": 4}})
    settings = load(Example)
    assert (settings.port, settings.threads) == (2, 1)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"PROT": 5099}, "SETTINGS_FILE: 'PROT' is no setting of example that can stand there"),
        ({"example": {"prot": 1}}, "SETTINGS_FILE: 'PROT' is no setting of example that can stand there"),
        ({"SETTINGS_FILE": "more.json"}, "SETTINGS_FILE: 'SETTINGS_FILE' is no setting of example that can stand"),
        ({"a\nb": 1}, r"SETTINGS_FILE: 'A\nB' is no setting"),
        ({"exmaple": {"PORT": 1}}, "SETTINGS_FILE: has sections ('exmaple'), but none for example"),
        ({"example": {"PORT": {"PORT": 1}}}, "PORT: Input should be a valid integer"),
        ('{"PORT": 1, "port": 2}', "SETTINGS_FILE: 'PORT' is there twice"),
        ('{"example": {"PORT": 1, "PORT": 2}}', "SETTINGS_FILE: 'PORT' is there twice"),
        ('{\n"PORT": 1,\n}', "SETTINGS_FILE: is not valid JSON, see line 3"),
        ("", "SETTINGS_FILE: is not valid JSON, see line 1"),
        (f'["{GOOD}"]', "SETTINGS_FILE: is not a JSON object"),
        (b'{"HOST": "\xff"}', "SETTINGS_FILE: is not UTF-8 text"),
    ],
)
def test_a_mistake_in_the_file_is_named(write: Write, content: Any, message: str) -> None:
    write(content)
    assert complaint().startswith(message)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("PORT", 80.5),
        ("PORT", True),
        ("PAUSE", False),
        ("STRICT", "perhaps"),
        ("TOKEN_ISSUER", 5),
        ("PUBLIC_URL", 5),
        ("TOKEN_ALGORITHMS", ["HS256"]),
        ("TOKEN_ALGORITHMS", 5),
        ("GATEWAY_NETWORKS", 5),
        ("GATEWAY_NETWORKS", [5]),
        ("GATEWAY_NETWORKS", "nowhere"),
        ("SECRET_KEYS", [5]),
        ("SECRET_KEYS", GOOD),
        ("SECRET_KEYS", {"key": GOOD}),
        ("STATE_DIR", []),
    ],
)
def test_a_wrong_type_is_named_with_its_place(write: Write, name: str, value: Any) -> None:
    write({name: value})
    message = complaint()
    assert message.startswith(name)
    assert message.endswith("(from SETTINGS_FILE)")


def test_a_file_with_a_byte_order_mark_is_read(write: Write) -> None:
    write(b'\xef\xbb\xbf{"PORT": 5099}')
    assert load(Example).port == 5099


@pytest.mark.parametrize(("target", "reason"), [("none.json", "No such file or directory"), (".", "Is a directory")])
def test_a_file_that_cannot_be_read_is_told(
    target: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SETTINGS_FILE", target)
    assert complaint() == f"SETTINGS_FILE: cannot be read: {reason}"


def test_production_refuses_a_short_secret_of_the_file(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENVIRONMENT", "production")
    write({"INTERNAL_SECRET": GOOD, "SECRET_KEYS": [GOOD, "a short secret"]})
    assert complaint() == "SECRET_KEYS must have at least 32 characters (from SETTINGS_FILE)"
    write({"INTERNAL_SECRET": GOOD})
    assert complaint() == "SECRET_KEYS must be set in production"
    write({"INTERNAL_SECRET": GOOD, "SECRET_KEYS": [GOOD]})
    assert load(Example).internal_secret.get_secret_value() == GOOD


def test_each_place_is_named(write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write({"THREADS": 0})
    assert complaint().endswith("(from SETTINGS_FILE)")
    (tmp_path / ".env").write_text("THREADS=0\n")
    assert complaint().endswith("(from .env)")
    (tmp_path / ".env").write_text("SECRET_KEYS=[\n")
    assert complaint() == "SECRET_KEYS: is not valid JSON (from .env)"
    monkeypatch.setenv("SECRET_KEYS", "[")
    assert complaint() == "SECRET_KEYS: is not valid JSON (from the environment)"
    monkeypatch.setenv("SECRET_KEYS", "")
    monkeypatch.setenv("THREADS", "0")
    (tmp_path / ".env").unlink()
    assert complaint().endswith("(from the environment)")
    assert os.environ["SETTINGS_FILE"] not in complaint()
