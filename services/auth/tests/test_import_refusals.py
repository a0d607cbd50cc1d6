"""`auth import-users`: users who are refused, all of them told, and no secret."""

import json
from pathlib import Path
from typing import Any

import pytest

from auth.use_cases import user_imports
from services.auth.tests.api import PASSWORD
from services.auth.tests.importing import HASH, OLD, Importing, ndjson, one

BAD: list[tuple[str, dict[str, Any]]] = [
    ("username", one(username="a")),
    ("username", one(username=None)),
    ("username", one(username=12)),
    ("username", one(username="a b")),
    ("username", one(username="ad\u0430")),
    ("username", one(username="admin")),
    ("username", one(username="ada\0")),
    ("email", one(email="ada@")),
    ("email", one(email=["ada@example.com"])),
    ("email", one(email="ada@\ud800.example")),
    ("password", one(password_hash=None)),
    ("password", one(password="", password_hash=None)),
    ("password", one(password=OLD)),
    ("password", one(password=HASH, password_hash=None)),
    ("password", one(password="x" * 257, password_hash=None)),
    ("password", one(password="half \udc00", password_hash=None)),
    ("password", one(password=12345678, password_hash=None)),
    ("password_hash", one(password_hash="sha1$salt$abc")),
    ("password_hash", one(password_hash=f"pbkdf2:sha256:2147483648$salt${'0' * 64}")),
    ("password_hash", one(password_hash="$2b$31$" + "." * 53)),
    ("email_confirmed", one(email_confirmed="maybe")),
    ("email_confirmed", one(email_confirmed=None, activated=[True])),
    ("email_confirmed", one(activated=True)),
    ("roles", one(roles="admin")),
    ("roles", one(role="superuser")),
    ("roles", one(roles=[["user"]])),
    ("created_at", one(created_at="yesterday")),
    ("created_at", one(created_at="9999-12-31T23:59:59-23:59")),
    ("created_at", one(created_at=1_700_000_000)),
    ("line", {}),
]


def test_a_bad_line_is_told_by_line_field_and_rule(importing: Importing) -> None:
    good = one(username="bob", email="bob@example.com")
    users = [good, *(user for _, user in BAD)]
    result = importing(ndjson(*users), "--report", "report.ndjson", name="users.ndjson")
    assert result.exit_code == 65
    assert "nothing was stored" in result.output
    assert importing.users() == {}
    first, *others = (json.loads(line) for line in Path("report.ndjson").read_text().splitlines())
    assert (first["line"], first["outcome"], first["errors"]) == (1, "created", [])
    told = result.output + Path("report.ndjson").read_text()
    for number, (field, user) in enumerate(BAD, start=2):
        assert f"line {number}: {field}: " in result.output, user
        report = others[number - 2]
        assert (report["line"], report["outcome"]) == (number, "refused")
        assert field in {each["field"] for each in report["errors"]}
        secrets = (user.get("password"), user.get("password_hash"))
        assert not any(each in told for each in secrets if isinstance(each, str) and each)


def test_admins_are_made_only_where_that_is_allowed(importing: Importing) -> None:
    root = ndjson(one(username="root", roles="admin"))
    assert importing(root, name="users.ndjson").exit_code == 65
    assert importing(root, "--allow-admins", name="users.ndjson").exit_code == 0
    assert importing.users()["root"].roles == "user admin"


def test_skip_bad_stores_the_good_lines(importing: Importing) -> None:
    users = one(), one(username="?"), one(username="bob", email="bob@example.com"), one(username="eve")
    result = importing(ndjson(*users), "--skip-bad", "--report", "report.ndjson", name="users.ndjson")
    assert result.exit_code == 65
    assert set(importing.users()) == {"ada", "bob"}
    assert result.output.count("line 2: username: ") == 1
    assert "line 4: email: stands in line 1 already" in result.output
    outcomes = [json.loads(line)["outcome"] for line in Path("report.ndjson").read_text().splitlines()]
    assert outcomes == ["created", "refused", "created", "refused"]


def test_what_stands_twice_is_refused(importing: Importing) -> None:
    users = one(), one(username="ADA", email="other@example.com"), one(username="eve", email="ADA@example.com")
    result = importing(ndjson(*users), name="users.ndjson")
    assert "line 2: username: stands in line 1 already" in result.output
    assert "line 3: email: stands in line 1 already" in result.output
    assert importing.users() == {}


def test_a_clash_with_an_account_is_refused(importing: Importing) -> None:
    importing.api.user("ada")
    for user, field in ((one(email="other@example.com"), "username"), (one(username="eve"), "email")):
        result = importing(ndjson(user), name="users.ndjson")
        assert result.exit_code == 65
        assert f"line 1: {field}: " in result.output
    assert importing.api.log_in("ada", PASSWORD).status_code == 200


def test_a_clash_that_comes_up_between_check_and_batch_stops_before_its_batch(
    importing: Importing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(user_imports, "BATCH", 1)
    check = user_imports.Importer.check

    def check_slowly(self: Any, rows: Any, report: Any) -> None:
        check(self, rows, report)
        importing.api.user("bob")

    monkeypatch.setattr(user_imports.Importer, "check", check_slowly)
    users = one(), one(username="bob", email="other@example.com"), one(username="eve", email="eve@example.com")
    result = importing(ndjson(*users), name="users.ndjson")
    assert result.exit_code == 65
    assert "line 2: username: is taken" in result.output
    assert "the lines before its batch are stored" in result.output
    assert set(importing.users()) == {"ada", "bob"}
