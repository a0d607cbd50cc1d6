"""The export holds all that is held about a user, table by table and column by column."""

from typing import Any

import pytest
from pydantic import BaseModel
from sqlalchemy import text

from auth.models import Base
from auth.schemas import exports
from auth.use_cases.exports import EXPORTS
from services.auth.tests.api import PASSWORD, Api
from services.auth.tests.people import Person, admin, user

MEMBERS: dict[str, tuple[str, type[BaseModel]]] = {
    "users": ("account", exports.ExportedAccount),
    "sessions": ("sessions", exports.ExportedSession),
    "codes": ("codes", exports.ExportedCode),
    "audit": ("audit", exports.ExportedEntry),
    "outbox": ("mails", exports.ExportedMail),
    "suppressed_addresses": ("suppressed_addresses", exports.ExportedSuppression),
}
LEFT_OUT = {
    "users": {
        "password_hash": "a secret",
        "username_key": "made of the name",
        "email_key": "made of the e-mail",
        "owned_email_key": "made of the e-mail",
        "new_email_key": "made of the e-mail",
    },
    "sessions": {"user_id": "the account itself"},
    "codes": {"user_id": "the account itself", "mac": "a secret"},
    "audit": {"actor": "told as by_you", "target": "told as to_you"},
    "outbox": {"sealed_values": "a secret"},
}
NOTHING_OF_A_USER = {
    "throttles": "digests that expire",
    "familiar_places": "digests that expire",
    "feed": "subjects and versions for our own parts; earlier names are in the audit log",
    "feed_head": "one number",
    "signing_keys": "the platform's",
}


@pytest.fixture
def ada(api: Api) -> Person:
    """A user about whom every table holds something."""
    root, ada = admin(api), user(api, "ada")
    ada.patch("/api/auth/me", email="new@example.com", password=PASSWORD)
    api.mails()
    root.patch(f"/api/users/{ada.id}", roles=["staff"])
    with api.resources.database.writing() as session:
        session.execute(
            text("INSERT INTO suppressed_addresses VALUES ('ada@example.com', 'bounce', '2026-11-21 09:30:00')")
        )
        session.commit()
    return Person(api, api.log_in("ada").get_json())


def exported(person: Person) -> dict[str, Any]:
    answer = person.get("/api/auth/me/export")
    assert answer.status_code == 200, answer.text
    return dict(answer.get_json())


def test_every_table_is_exported_or_holds_nothing_of_a_user(ada: Person) -> None:
    """A new table must be told of here: does it hold something of a user?"""
    assert set(Base.metadata.tables) == {*MEMBERS, *NOTHING_OF_A_USER}
    export = exported(ada)
    for member, _ in MEMBERS.values():
        assert export[member], member


@pytest.mark.parametrize("table", MEMBERS)
def test_every_column_is_exported_or_left_out_for_a_reason(table: str) -> None:
    told = set(MEMBERS[table][1].model_fields)
    assert set(Base.metadata.tables[table].columns.keys()) == (
        told & set(Base.metadata.tables[table].columns.keys()) | set(LEFT_OUT.get(table, {}))
    )


def test_the_export_is_a_file_that_nobody_keeps(ada: Person) -> None:
    answer = ada.get("/api/auth/me/export")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="quartet-export.json"'
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_export_holds_no_secret_and_nobody_else(api: Api, ada: Person) -> None:
    other = user(api, "bob")
    other.patch("/api/auth/me", username="bobby")
    text_of_export = ada.get("/api/auth/me/export").text
    for secret in ("argon2", "sealed", "mac", "bob"):
        assert secret not in text_of_export
    assert "ada@example.com" in text_of_export


def test_one_learns_from_where_one_acted_and_not_where_an_admin_was(ada: Person) -> None:
    entries = exported(ada)["audit"]
    own = [each for each in entries if each["action"] == "email.change_asked"]
    others = [each for each in entries if each["action"] == "roles.changed"]
    assert [(each["by_you"], each["to_you"], bool(each["address"])) for each in own] == [(True, True, True)]
    assert [(each["by_you"], each["to_you"], each["address"]) for each in others] == [(False, True, None)]
    assert entries[-1]["action"] == "account.exported"


def test_exports_are_spaced(api: Api) -> None:
    ada = user(api, "ada")
    for _ in range(EXPORTS.free):
        assert ada.get("/api/auth/me/export").status_code == 200
    assert ada.get("/api/auth/me/export").status_code == 429
