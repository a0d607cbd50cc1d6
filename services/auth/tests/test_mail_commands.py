"""`auth mail …`: an operator looks at the outbox, revives dead letters and lifts suppressions, and sees no secret."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from auth.callers import COMMAND_LINE
from auth.cli import main
from auth.use_cases import bounces
from services.auth.tests.api import Api
from services.auth.tests.test_mail import kill


@pytest.fixture
def run(api: Api, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """`run("list", "--dead")` over the database of `api`."""
    monkeypatch.chdir(tmp_path)  # away from a developer's .env
    monkeypatch.setenv("STATE_DIR", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", api.resources.settings.database)

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(main, ["mail", *arguments])

    return run


def test_a_dead_letter_is_listed_and_revived(api: Api, run: Any) -> None:
    api.sign_up("ada")
    assert "waiting" in run("list").output
    assert run("list", "--dead").output == ""
    kill(api.resources)
    listed = run("list", "--dead").output
    assert "confirm" in listed
    assert "a…@example.com" in listed
    assert "ada@" not in listed
    assert run("retry", "1").output == "auth: 1 mails are due again\n"
    assert len(api.mails()) == 1
    assert run("retry", "--all").output == "auth: 0 mails are due again\n"


@pytest.mark.parametrize("arguments", [(), ("--all", "1"), ("x",)])
def test_which_mails_to_revive_must_be_clear(run: Any, arguments: tuple[str, ...]) -> None:
    assert run("retry", *arguments).exit_code == 2


def test_a_suppression_is_listed_and_lifted(api: Api, run: Any) -> None:
    bounces.suppress(api.resources, COMMAND_LINE, "ada@example.com", "bounce")
    assert "bounce      ada@example.com" in run("suppressed").output
    assert run("unsuppress", "Ada@Example.com").exit_code == 0
    assert run("suppressed").output == ""
    assert run("unsuppress", "ada@example.com").exit_code == 1
