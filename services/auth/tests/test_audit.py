"""The audit log: who did what, to whom, when and from where; read by admins, changed by nobody."""

import ast
import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import event, update

import auth as package
from auth.callers import Caller
from auth.cli import main
from auth.models import AuditEntry
from auth.resources import Resources
from auth.searches import AuditSearch
from auth.use_cases import audit
from services.auth.tests.api import PASSWORD, Api
from services.auth.tests.people import Person, admin, admin_of, user


def note(auth: Resources, count: int, action: str = "test.noted", caller: Caller | None = None) -> None:
    with auth.database.writing() as session:
        for number in range(count):
            audit.note(session, caller or Caller("192.0.2.7", "Firefox"), action, number=number)
        session.commit()


def entries(root: Person, query: str = "") -> list[dict[str, Any]]:
    answer = root.get(f"/api/audit?limit=100{query}")
    assert answer.status_code == 200, answer.text
    return list(answer.get_json()["items"])


def test_an_entry_tells_who_did_what_to_whom_when_and_from_where(api: Api) -> None:
    root, ada = admin(api), user(api, "ada")
    subject = ada.get("/api/auth/me").get_json()["subject"]
    assert root.call("DELETE", f"/api/users/{ada.id}").status_code == 204
    (entry,) = entries(root, "&action=account.deleted")
    assert entry["actor"]["username"] == "root"
    assert entry["target"] == {"subject": subject, "username": None}
    assert entry["details"] == {"username": "ada"}
    assert entry["address"] == "127.0.0.1"
    assert entry["device"].startswith("Werkzeug")
    assert entry["request_id"]
    assert datetime.fromisoformat(entry["created_at"]) <= datetime.now(UTC)
    assert entry["created_at"].endswith("Z")


def test_the_log_is_paged_newest_first_also_within_one_moment(api: Api) -> None:
    root = admin(api)
    note(api.resources, 7)
    with api.resources.database.writing() as session:
        session.execute(update(AuditEntry).values(created_at=datetime(2026, 1, 1, tzinfo=UTC)))
        session.commit()
    seen, cursor = [], ""
    while True:
        page = root.get(f"/api/audit?limit=3&action=test.noted{cursor}").get_json()
        seen += [each["details"]["number"] for each in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert seen == [6, 5, 4, 3, 2, 1, 0]


def test_the_log_is_filtered(api: Api) -> None:
    root, ada = admin(api), user(api, "ada")
    subject = ada.get("/api/auth/me").get_json()["subject"]
    ada.patch("/api/auth/me", username="grace")
    root.patch(f"/api/users/{ada.id}", disabled=True)
    assert {each["action"] for each in entries(root, f"&actor={subject}")} == {"username.changed"}
    about = {each["action"] for each in entries(root, f"&target={subject}")}
    assert about >= {"username.changed", "account.disabled"}
    (changed,) = entries(root, "&action=username.changed")
    at = changed["created_at"]
    assert changed in entries(root, f"&since={at}")
    assert changed not in entries(root, f"&until={at}")


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=101",
        "cursor=x",
        "actor=x",
        "target=1",
        "action=A",
        "since=1",
        "until=2026-11-21",
        "since=9999-12-31T23:59:59-23:00",
    ],
)
def test_a_question_that_breaks_a_rule_is_refused(api: Api, query: str) -> None:
    answer = admin(api).get(f"/api/audit?{query}")
    assert [error["field"] for error in answer.get_json()["errors"]] == [query.partition("=")[0]]


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        (AuditSearch(), "ix_audit_created_at"),
        (AuditSearch(actor="a"), "ix_audit_actor"),
        (AuditSearch(target="a"), "ix_audit_target"),
    ],
)
def test_the_log_is_read_by_an_index_and_never_sorted(api: Api, wanted: AuditSearch, index: str) -> None:
    caller = admin_of(api.resources)
    sent: list[str] = []
    event.listen(api.resources.database.engine, "before_cursor_execute", lambda *given: sent.append(given[2]))
    audit.listed(api.resources, caller, wanted, 10, None)
    (query,) = (each for each in sent if "FROM audit" in each)
    with api.resources.database.engine.connect() as connection:
        plan = str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", ("9",) * query.count("?")).all())
    assert index in plan
    assert "TEMP B-TREE" not in plan


def test_no_entry_is_changed_or_removed(auth: Resources) -> None:
    note(auth, 1)
    with auth.database.writing() as session:
        entry = session.get_one(AuditEntry, 1)
        entry.action = "nothing.happened"
        with pytest.raises(TypeError, match="append-only"):
            session.flush()
    with auth.database.writing() as session:
        session.delete(session.get_one(AuditEntry, 1))
        with pytest.raises(TypeError, match="append-only"):
            session.flush()


def test_no_code_changes_the_log_but_the_purge_by_age() -> None:
    """Statements that go past the flush: none updates entries, one place deletes them."""
    found = []
    for path in Path(package.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("update", "delete"):
                names = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
                if "AuditEntry" in names:
                    found.append((node.func.id, path.name))
    assert "update" not in {verb for verb, _ in found}
    assert len(found) <= 1


def test_no_secret_is_in_the_log(api: Api) -> None:
    ada = user(api, "ada")
    ada.patch("/api/auth/me", email="ada@new.example.com", password=PASSWORD)
    ada.call("DELETE", "/api/auth/me", {"password": "a wrong password"})
    ada.call("DELETE", "/api/auth/me", {"password": PASSWORD})
    with api.resources.database.engine.connect() as connection:
        log = str(connection.exec_driver_sql("SELECT * FROM audit").all())
    for secret in (PASSWORD, "a wrong password", "argon2", "example.com", ada.access_token):
        assert secret not in log


@pytest.fixture
def export(auth: Resources, monkeypatch: pytest.MonkeyPatch) -> Any:
    """`export(*options)`: the lines that `auth audit export` writes about entries of these tests."""
    monkeypatch.setattr(sys.modules["auth.cli.audit"], "load", lambda _: auth.settings)

    def run(*options: str) -> list[dict[str, Any]]:
        result = CliRunner().invoke(main, ["audit", "export", *options])
        assert result.exit_code == 0, result.output
        return [json.loads(line) for line in result.stdout.splitlines()]

    return run


def test_the_log_is_exported_oldest_first_in_batches(
    auth: Resources, export: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "BATCH", 3)
    note(auth, 3)
    with auth.database.writing() as session:
        session.execute(update(AuditEntry).values(created_at=datetime(2026, 1, 1, tzinfo=UTC)))
        session.commit()
    note(auth, 4)
    lines = export()
    assert [line["details"]["number"] for line in lines] == [0, 1, 2, 0, 1, 2, 3]
    assert lines[0]["created_at"] == "2026-01-01T00:00:00Z"
    assert [line["address"] for line in lines] == ["192.0.2.7"] * 7
    tomorrow = f"{datetime.now(UTC) + timedelta(days=1):%Y-%m-%d}"
    assert len(export("--since", "2026-01-02")) == 4
    assert len(export("--until", "2026-01-01T00:00:00Z")) == 0
    assert len(export("--since", "2026-01-01", "--until", tomorrow)) == 7


def test_an_export_holds_one_batch_at_a_time(auth: Resources, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "BATCH", 2)
    note(auth, 5)
    sent: list[str] = []
    event.listen(auth.database.engine, "before_cursor_execute", lambda *given: sent.append(given[2]))
    reader = audit.exported(auth, AuditSearch())
    next(reader)
    assert len([each for each in sent if "FROM audit" in each]) == 1
    assert len(list(reader)) == 4
