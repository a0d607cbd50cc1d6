"""`auth import-users`: what becomes of the users of another system, and how they log in."""

import pytest
from sqlalchemy import select

from auth.models import AuditEntry, OutboxMail
from services.auth.tests.api import PASSWORD, Api
from services.auth.tests.importing import BCRYPT, HASH, OLD, Importing, MakeImporting, ndjson, one


def test_users_of_every_format_log_in_with_their_old_passwords(importing: Importing) -> None:
    csv = f"id,Username,E-Mail,hashed_password,is_email_confirmed\n7,ada,ada@example.com,{BCRYPT},1\n"
    lines = ndjson({"login": "bob", "email": "bob@Example.com", "password": OLD, "activated": True})
    yaml = f"- username: grace\n  email: grace@example.com\n  password_hash: '{HASH}'\n  confirmed: yes\n"
    for content, name in ((csv, "users.csv"), (lines, "users.jsonl"), (yaml, "users.yml")):
        result = importing(content, name=name)
        assert result.exit_code == 0, result.output
        assert "auth: 1 imported" in result.output
    for username in ("ada", "bob", "grace"):
        assert importing.api.log_in(username, "not the password").status_code == 401
        answer = importing.api.log_in(username, OLD)
        assert answer.status_code == 200
        assert answer.get_json()["user"]["email_confirmed"] is True
    assert {user.password_hash[:29] for user in importing.users().values()} == {"$argon2id$v=19$m=19456,t=2,p="}
    assert importing.api.log_in("ada", OLD).status_code == 200


def test_what_the_file_says_is_kept(importing: Importing) -> None:
    said = one(created_at="2019-05-01 09:30:00+02:00", roles=["user"], favourite="tea", quota=12)
    result = importing(ndjson(said, one(username="bob", email=None)), name="users.ndjson")
    assert result.exit_code == 0
    assert "line 1: 'favourite' says nothing" in result.output
    ada, bob = importing.users()["ada"], importing.users()["bob"]
    assert ada.created_at.isoformat() == "2019-05-01T07:30:00+00:00"
    assert (ada.owned_email_key, ada.password_hash, ada.roles) == ("ada@example.com", HASH, "user")
    assert ada.email_confirmed
    assert bob.activated_at is not None
    assert not bob.email_confirmed


@pytest.mark.parametrize("policy", ["required", "optional", "off"])
def test_who_had_not_confirmed_is_treated_as_a_sign_up_is(make_importing: MakeImporting, policy: str) -> None:
    importing = make_importing(policy)
    api: Api = importing.api
    result = importing(ndjson(one(email_confirmed=False, created_at="2019-05-01")), name="users.ndjson")
    assert result.exit_code == 0
    with api.resources.database.reading() as session:
        assert session.scalars(select(OutboxMail)).all() == []
    if policy != "required":
        assert api.log_in("ada", OLD).status_code == 200
        assert importing.users()["ada"].owned_email_key == "ada@example.com"
        assert not importing.users()["ada"].email_confirmed
        return
    assert "1 of them wait" in result.output
    assert api.log_in("ada", OLD).get_json()["code"] == "email_not_confirmed"
    assert api.client.post("/api/auth/resend-confirmation", json={"email": "ada@example.com"}).status_code == 202
    assert api.confirm(api.confirmation_token()).status_code == 200
    assert api.log_in("ada", OLD).status_code == 200


@pytest.mark.parametrize("policy", ["required", "off"])
def test_who_has_no_email_needs_none_where_nothing_waits_for_it(make_importing: MakeImporting, policy: str) -> None:
    importing = make_importing(policy)
    result = importing(f"username,password_hash\nada,{HASH}\n")
    assert result.exit_code == (65 if policy == "required" else 0)
    assert ("line 2: email: must be there" in result.output) == (policy == "required")
    assert ("ada" in importing.users()) == (policy == "off")


def test_a_weak_password_is_taken_and_told(importing: Importing) -> None:
    users = one(password="tea", password_hash=None), one(username="bob", email="b@example.com", password_hash="")
    result = importing(ndjson(*users[:1]), name="users.ndjson")
    assert result.exit_code == 0
    assert "line 1: password: taken, though weak: String should have at least 8 characters" in result.output
    assert "1 have weak passwords" in result.output
    assert importing.api.log_in("ada", "tea").status_code == 200
    assert importing(ndjson(*users), name="users.ndjson").exit_code == 65


def test_an_import_may_be_run_again_and_changes_nobody_who_is_there(importing: Importing) -> None:
    users = one(), one(username="eve", email="eve@example.com", email_confirmed=False)
    importing(ndjson(*users), name="users.ndjson")
    assert importing.api.log_in("ada", OLD).status_code == 200
    before = {user.subject: user.password_hash for user in importing.users().values()}
    more = one(username="bob", email="bob@example.com")
    result = importing(ndjson(*users, more), name="users.ndjson")
    assert result.exit_code == 0
    assert "auth: 1 imported" in result.output
    assert "2 there already" in result.output
    after = {user.subject: user.password_hash for user in importing.users().values()}
    assert before.items() <= after.items()
    assert len(after) == 3


def test_a_strangers_waiting_sign_up_keeps_nobody_out_who_had_confirmed(importing: Importing) -> None:
    importing.api.sign_up("ada", "ada@example.com")
    importing.api.sign_up("eve", "ada@example.com")
    importing.api.sign_up("ada", "ada@example.com")
    assert importing(ndjson(one()), name="users.ndjson").exit_code == 0
    assert importing.api.log_in("ada", PASSWORD).status_code == 401
    assert importing.api.log_in("ada", OLD).status_code == 200


def test_the_audit_log_tells_of_each_user(importing: Importing) -> None:
    importing(ndjson(one()), name="users.ndjson")
    with importing.api.resources.database.reading() as session:
        (entry,) = session.scalars(select(AuditEntry))
    assert (entry.action, entry.device) == ("account.imported", "command line")
    assert entry.target == importing.users()["ada"].subject
    assert entry.details == '{"roles": ["user"]}'
