"""Settings from AWS Secrets Manager, over its real protocol, with throttling, outages and all that a secret can be."""

import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest
from pydantic import SecretStr

from quartet.settings import BrokenSetting, InternalSettings, load
from quartet.settings.secret import TRIES
from shared.tests.secrets_manager import AWAY, BROKEN, REGION, THROTTLED, SecretsManager, run_secrets_manager

GOOD = "x" * 32
ID = "quartet/the-name-of-it"


class Example(InternalSettings):
    service: ClassVar[str] = "example"

    secret_keys: tuple[SecretStr, ...] = (SecretStr("default-of-the-secret-keys-0123456789"),)


@pytest.fixture(scope="module")
def running() -> Iterator[SecretsManager]:
    with run_secrets_manager() as manager:
        yield manager


@pytest.fixture
def manager(running: SecretsManager, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SecretsManager:
    """A Secrets Manager that the environment points to, with no secret yet."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SECRETS_ID", ID)
    for name, value in running.environment.items():
        monkeypatch.setenv(name, value)
    running.reset()
    return running


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that boto3 would make between tries; none is made. Other threads' are theirs."""
    made: list[float] = []
    sleep, test = time.sleep, threading.get_ident()
    monkeypatch.setattr(
        time, "sleep", lambda seconds: (made.append if threading.get_ident() == test else sleep)(seconds)
    )
    return made


def complaint() -> str:
    with pytest.raises(BrokenSetting) as caught:
        load(Example)
    message = str(caught.value)
    assert "\n" not in message
    assert GOOD not in message
    assert GOOD not in "".join(traceback.format_exception(caught.value))
    return message


def test_a_secret_holds_settings(manager: SecretsManager) -> None:
    manager.put(ID, {"INTERNAL_SECRET": GOOD, "SECRET_KEYS": [GOOD, GOOD[::-1]], "PORT": 5099})
    settings = load(Example)
    assert settings.internal_secret.get_secret_value() == GOOD
    assert (settings.port, len(settings.secret_keys)) == (5099, 2)
    assert manager.asked == [(REGION, "secretsmanager.GetSecretValue")]


def test_a_secret_of_nothing_but_texts_holds_settings(manager: SecretsManager) -> None:
    manager.put(ID, {"secret_keys": f'["{GOOD}"]', "port": "5099", "TOKEN_ALGORITHMS": "ES256 RS256"})
    settings = load(Example)
    assert (settings.port, settings.token_algorithms) == (5099, ("ES256", "RS256"))
    assert settings.secret_keys[0].get_secret_value() == GOOD


def test_services_may_share_a_secret(manager: SecretsManager) -> None:
    manager.put(ID, {"PORT": 1, "THREADS": 3, "MAIL_TO": "x", "other": {"PORT": 4}, "example": {"PORT": 2, "X": 1}})
    settings = load(Example)
    assert (settings.port, settings.threads) == (2, 3)


def test_the_environment_goes_before_the_secret_and_the_secret_before_the_file(
    manager: SecretsManager, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manager.put(ID, {"PORT": 1, "THREADS": 1, "WEB_CONCURRENCY": 1})
    (tmp_path / "settings.json").write_text('{"WEB_CONCURRENCY": 2, "LOG_LEVEL": "DEBUG"}')
    (tmp_path / ".env").write_text("SETTINGS_FILE=settings.json\nTHREADS=3\n")
    monkeypatch.setenv("PORT", "4")
    settings = load(Example)
    assert (settings.port, settings.threads, settings.web_concurrency, settings.log_level) == (4, 3, 1, "DEBUG")


def test_the_file_may_say_which_secret_and_where(
    manager: SecretsManager, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manager.put(ID, {"PORT": 5099}, region="eu-north-1")
    for name in ("AWS_SECRETS_ID", "AWS_REGION", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name)
    (tmp_path / "settings.json").write_text(
        f'{{"AWS_SECRETS_ID": "{ID}", "AWS_REGION": "eu-north-1", "AWS_ENDPOINT_URL": "{manager.url}"}}'
    )
    monkeypatch.setenv("SETTINGS_FILE", "settings.json")
    assert load(Example).port == 5099


def test_an_arn_says_its_region(manager: SecretsManager, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRETS_ID", manager.put(ID, {"PORT": 5099}, region="us-west-2"))
    assert load(Example).port == 5099
    assert manager.asked[0][0] == "us-west-2"


@pytest.mark.parametrize(
    ("environment", "region"),
    [({}, REGION), ({"AWS_DEFAULT_REGION": "us-east-2"}, "us-east-2")],
)
def test_without_a_region_that_of_boto3_is_asked_and_then_the_default(
    manager: SecretsManager, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], region: str
) -> None:
    monkeypatch.delenv("AWS_REGION")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    manager.put(ID, {"PORT": 5099}, region=region)
    assert load(Example).port == 5099


def test_secrets_manager_may_be_elsewhere_than_the_rest_of_aws(
    manager: SecretsManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    manager.put(ID, {"PORT": 5099})
    monkeypatch.setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", manager.url)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    assert load(Example).port == 5099


@pytest.mark.parametrize("failure", [THROTTLED, BROKEN, AWAY])
def test_a_failure_that_passes_is_waited_out(
    manager: SecretsManager, pauses: list[float], failure: tuple[int, str]
) -> None:
    manager.put(ID, {"PORT": 5099})
    manager.failures = [failure] * (TRIES - 1)
    assert load(Example).port == 5099
    assert len(pauses) == TRIES - 1


@pytest.mark.parametrize(
    ("failure", "answer"),
    [
        (THROTTLED, "ThrottlingException, HTTP 400"),
        (BROKEN, "InternalServiceError, HTTP 500"),
        (AWAY, "503, HTTP 503"),
    ],
)
def test_a_failure_that_stays_ends_the_start(
    manager: SecretsManager, pauses: list[float], failure: tuple[int, str], answer: str
) -> None:
    manager.put(ID, {"PORT": 5099})
    manager.failures = [failure] * 100
    assert complaint() == (
        f"AWS_SECRETS_ID: the secret cannot be read (Secrets Manager answered {answer}, at try {TRIES} of {TRIES})"
    )
    assert len(manager.asked) == TRIES
    assert all(pause <= 2**number for number, pause in enumerate(pauses))


def test_no_connection_ends_the_start(
    manager: SecretsManager, pauses: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    assert complaint() == "AWS_SECRETS_ID: Secrets Manager cannot be reached (EndpointConnectionError)"
    assert len(pauses) == TRIES - 1
    assert manager.asked == []


def test_a_refusal_is_told_at_once(manager: SecretsManager, pauses: list[float]) -> None:
    manager.failures = [(400, f'{{"__type": "AccessDeniedException", "message": "{GOOD}\\nis not authorized"}}')]
    assert "answered AccessDeniedException, HTTP 400, at try 1" in complaint()
    assert pauses == []


def test_an_answer_that_is_no_code_is_not_shown(manager: SecretsManager) -> None:
    manager.failures = [(400, f'{{"__type": "{GOOD}\\n{GOOD}"}}')]
    assert "(Secrets Manager answered an error, HTTP 400, " in complaint()


def test_a_secret_that_is_missing_is_told(manager: SecretsManager) -> None:
    manager.put("quartet/another", {"PORT": 5099})
    message = complaint()
    assert message.startswith("AWS_SECRETS_ID: there is no such secret (")
    assert ID not in message


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (f"{GOOD}", "AWS_SECRETS_ID: is not valid JSON, see line 1"),
        ([GOOD], "AWS_SECRETS_ID: is not a JSON object"),
        (b"{}", "AWS_SECRETS_ID: the secret holds no text"),
        ('{"PORT": 1, "PORT": 2}', "AWS_SECRETS_ID: 'PORT' is there twice"),
        ({"PORT": GOOD}, "PORT: Input should be a valid integer, unable to parse string as an integer (from AWS_SEC"),
        ({"PORT": True}, "PORT: Input should be a valid number (from AWS_SECRETS_ID)"),
        ({"SECRET_KEYS": GOOD}, "SECRET_KEYS: is not valid JSON (from AWS_SECRETS_ID)"),
        ({"AWS_SECRETS_ID": "another"}, "AWS_SECRETS_ID: AWS_SECRETS_ID cannot stand in the secret"),
        ({"SETTINGS_FILE": "a.json"}, "AWS_SECRETS_ID: SETTINGS_FILE cannot stand in the secret"),
    ],
)
def test_a_mistake_in_the_secret_is_named(manager: SecretsManager, value: Any, message: str) -> None:
    manager.put(ID, value)
    assert complaint().startswith(message)


def test_production_wants_good_secrets_from_there_too(manager: SecretsManager, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENVIRONMENT", "production")
    manager.put(ID, {"INTERNAL_SECRET": "a short secret"})
    assert complaint() == "INTERNAL_SECRET must have at least 32 characters (from AWS_SECRETS_ID)"
    monkeypatch.setenv("INTERNAL_SECRET", GOOD)
    assert complaint() == "SECRET_KEYS must be set in production"


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("AWS_ENDPOINT_URL", "nonsense", "the id, AWS_REGION or AWS_ENDPOINT_URL is malformed (ValueError)"),
        ("AWS_REGION", "no region", "the secret cannot be read (InvalidRegionError)"),
        ("AWS_PROFILE", "nobody", "the secret cannot be read (ProfileNotFound)"),
    ],
)
def test_a_mistake_in_what_boto3_is_told_is_one_line(
    manager: SecretsManager, monkeypatch: pytest.MonkeyPatch, name: str, value: str, reason: str
) -> None:
    monkeypatch.setenv(name, value)
    assert complaint() == f"AWS_SECRETS_ID: {reason}"
    assert manager.asked == []


def test_no_credentials_are_told(manager: SecretsManager, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    assert complaint() == "AWS_SECRETS_ID: no AWS credentials were found (NoCredentialsError)"
    assert manager.asked == []


def test_without_boto3_a_service_refuses_to_start(manager: SecretsManager, monkeypatch: pytest.MonkeyPatch) -> None:
    manager.put(ID, {"PORT": 5099})
    monkeypatch.setitem(sys.modules, "boto3", None)
    assert complaint() == "AWS_SECRETS_ID: needs boto3, which is not installed"


def test_without_an_id_nothing_of_aws_is_imported(tmp_path: Path) -> None:
    code = "import sys, vectors; vectors.create_app(); sys.exit(any(m.startswith('boto') for m in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env={}, check=False).returncode == 0
