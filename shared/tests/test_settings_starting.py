"""Services start with what Secrets Manager and a settings file tell them, and refuse to in one line."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from devtools.parts import SERVICES
from quartet.testing.ports import free_port, wait_for
from shared.tests.secrets_manager import SecretsManager, run_secrets_manager

BIN = Path(sys.executable).parent
GOOD = "x" * 32


@pytest.fixture(scope="module")
def manager() -> Iterator[SecretsManager]:
    with run_secrets_manager() as manager:
        yield manager


def environment(manager: SecretsManager, **more: str) -> dict[str, str]:
    return {"PATH": f"{BIN}:{os.environ['PATH']}", "ENVIRONMENT": "production", **manager.environment, **more}


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_starts_in_production_with_a_secret_and_a_file(
    service: str, manager: SecretsManager, tmp_path: Path
) -> None:
    manager.reset()
    port = free_port()
    own = {"PORT": port, "SECRET_KEYS": [GOOD]}  # the latter is auth's, and passed over elsewhere
    manager.put("quartet", {"INTERNAL_SECRET": GOOD, service: own})
    file = {"AWS_SECRETS_ID": "quartet", "WEB_CONCURRENCY": 1, service: {"STATE_DIR": "kept-here"}}
    (tmp_path / "settings.json").write_text(json.dumps(file))
    process = subprocess.Popen(
        [BIN / service, "serve"],
        cwd=tmp_path,
        env=environment(manager, SETTINGS_FILE="settings.json"),
        stdout=subprocess.DEVNULL,
    )
    try:
        assert wait_for(f"http://127.0.0.1:{port}/health/live").json()["status"] == "ok"
        assert (tmp_path / "kept-here").is_dir()
    finally:
        process.terminate()
        process.wait(30)


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize(
    ("told", "complaint"),
    [
        ({"AWS_SECRETS_ID": "no-such-secret"}, "AWS_SECRETS_ID: there is no such secret ("),
        (
            {"AWS_SECRETS_ID": "quartet", "AWS_ENDPOINT_URL": "http://127.0.0.1:9"},
            "AWS_SECRETS_ID: Secrets Manager cannot be reached (",
        ),
        ({"AWS_SECRETS_ID": "mistaken"}, "LOG_LEVEL: Input should be 'DEBUG', "),
        ({"SETTINGS_FILE": "settings.json"}, "SETTINGS_FILE: 'PROT' is no setting of "),
    ],
)
def test_a_service_refuses_to_start_in_one_line(
    service: str, told: dict[str, str], complaint: str, manager: SecretsManager, tmp_path: Path
) -> None:
    manager.reset()
    manager.put("mistaken", {"LOG_LEVEL": "LOUD"})
    (tmp_path / "settings.json").write_text('{"PROT": 5099}')
    ended = subprocess.run(
        [BIN / service, "serve"],
        cwd=tmp_path,
        env=environment(manager, **told),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 78
    assert ended.stderr.startswith(f"{service}: broken setting: {complaint}")
    assert len(ended.stderr.splitlines()) == 1
