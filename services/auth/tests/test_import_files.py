"""`auth import-users`: files that cannot be read, change or share a line, and the report."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from auth.cli import imports, main
from auth.repository import imports as stored
from auth.use_cases import user_imports
from services.auth.tests.importing import HASH, OLD, Importing, ndjson, one


def test_a_dry_run_stores_nothing(importing: Importing) -> None:
    result = importing(ndjson(one()), "--dry-run", name="users.ndjson")
    assert result.exit_code == 0
    assert "auth: 1 good" in result.output
    assert importing.users() == {}


@pytest.mark.parametrize("change", ["other", "longer", "shorter"])
def test_a_file_that_changes_after_it_was_checked_is_read_no_further(
    importing: Importing, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    users = [one(username=f"user-{number}", email=f"{number}@example.com") for number in range(3)]
    changed = {
        "other": ndjson(users[0], users[1], one(username="eve")),
        "longer": ndjson(*users, one(username="eve")),
        "shorter": ndjson(*users[:2]),
    }[change]
    check = user_imports.Importer.check

    def check_slowly(self: Any, rows: Any, report: Any) -> None:
        check(self, rows, report)
        with (importing.folder / "users.ndjson").open("r+b") as file:
            file.truncate()
            file.write(changed.encode())

    monkeypatch.setattr(user_imports.Importer, "check", check_slowly)
    result = importing(ndjson(*users), name="users.ndjson")
    assert result.exit_code == 1
    assert "was changed after it was checked" in result.output
    assert "eve" not in importing.users()


def test_a_lost_database_is_told_and_the_import_goes_on_when_run_again(
    importing: Importing, monkeypatch: pytest.MonkeyPatch
) -> None:
    users = [one(username=f"user-{number}", email=f"{number}@example.com") for number in range(3)]
    monkeypatch.setattr(user_imports, "BATCH", 1)
    add_all = stored.add_all

    def break_down(session: Any, made: Any) -> None:
        if made[0].username == "user-1":
            raise imports.GONE[1]("INSERT", {}, Exception("gone"))
        add_all(session, made)

    monkeypatch.setattr(stored, "add_all", break_down)
    result = importing(ndjson(*users), name="users.ndjson")
    assert result.exit_code == 75
    assert "auth: 1 imported" in result.output
    assert set(importing.users()) == {"user-0"}
    monkeypatch.undo()
    monkeypatch.setenv("STATE_DIR", str(importing.folder))
    monkeypatch.setenv("DATABASE_URL", importing.api.resources.settings.database)
    result = importing(ndjson(*users), name="users.ndjson")
    assert "auth: 2 imported" in result.output
    assert "1 there already" in result.output


def test_the_format_must_be_known_and_the_file_one_that_can_be_read_twice(importing: Importing) -> None:
    assert importing(ndjson(one()), name="users.txt").exit_code == 2
    assert importing(ndjson(one()), "--format", "ndjson", name="users.txt").exit_code == 0
    assert CliRunner().invoke(main, ["import-users", "/dev/null", "--format", "csv"]).exit_code == 2


def test_users_of_one_line_of_yaml_are_told_apart(importing: Importing) -> None:
    users = [one(username=f"{name}1", email=f"{name}@example.com", password_hash=None) for name in ("ada", "bob")]
    for user in users:
        user["password"] = f"the password of {user['username']}"
    text = json.dumps([{k: str(v) for k, v in user.items() if v is not None} for user in users])
    assert importing(text, name="users.yaml").exit_code == 0
    for user in users:
        assert importing.api.log_in(user["username"], user["password"]).status_code == 200
    bad = f"[{{username: carl1}}, {{username: dora1, email: d@example.com, confirmed: 1, password: {OLD}}}]"
    result = importing(bad, "--skip-bad", name="users.yaml")
    assert result.exit_code == 65
    assert set(importing.users()) == {"ada1", "bob1", "dora1"}
    assert importing.api.log_in("dora1", OLD).status_code == 200


def test_a_file_without_a_header_tells_nothing_of_its_first_user(importing: Importing) -> None:
    for name, text in (
        ("users.csv", "ada,a secret,ada@example.com\nbob,b,b@example.com\n"),
        ("users.yaml", "- {ada: a secret, a secret: ada}\n"),
        ("users.ndjson", '{"ada": "a secret", "a secret": "ada@example.com"}\n'),
    ):
        result = importing(text, "--report", "report.ndjson", name=name)
        assert result.exit_code == 65
        assert "line 1: " in result.output
        assert "secret" not in result.output + Path("report.ndjson").read_text()


@pytest.mark.parametrize("report", ["users.ndjson", "link.ndjson", "hard.ndjson"])
def test_a_report_that_is_the_file_itself_is_refused_and_the_file_is_kept(importing: Importing, report: str) -> None:
    file = importing.folder / "users.ndjson"
    file.touch()
    Path("link.ndjson").symlink_to(file)
    Path("hard.ndjson").hardlink_to(file)
    result = importing(ndjson(one()), "--report", report, name="users.ndjson")
    assert result.exit_code == 2
    assert file.read_text() == ndjson(one())
    assert importing.users() == {}


def test_a_report_is_emptied_only_by_an_import_that_begins(importing: Importing) -> None:
    report = Path("report.ndjson")
    report.write_text("an older report, and a longer one than the next\n" * 9)
    assert importing(ndjson(one()), "--report", "report.ndjson", name="users.txt").exit_code == 2
    assert "an older report" in report.read_text()
    assert importing(ndjson(one()), "--report", "report.ndjson", name="users.ndjson").exit_code == 0
    assert [json.loads(line)["outcome"] for line in report.read_text().splitlines()] == ["created"]
    assert importing(ndjson(one()), "--report", "/dev/null", name="users.ndjson").exit_code == 2


def test_users_of_one_line_that_change_their_places_are_a_changed_file(
    importing: Importing, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, bob = (f"{{username: {name}1, password_hash: '{HASH}', confirmed: 1}}" for name in ("ada", "bob"))
    check = user_imports.Importer.check

    def check_slowly(self: Any, rows: Any, report: Any) -> None:
        check(self, rows, report)
        (importing.folder / "users.yaml").write_text(f"[{bob}, {ada}]")

    monkeypatch.setattr(user_imports.Importer, "check", check_slowly)
    assert importing(f"[{ada}, {bob}]", name="users.yaml").exit_code == 1
    assert importing.users() == {}
