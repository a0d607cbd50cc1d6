"""`auth import-users`: the users of another system, all or none of them, and no secret told."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bcrypt
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select
from werkzeug.security import generate_password_hash

from auth.cli import imports, main
from auth.models import AuditEntry, OutboxMail, User
from auth.repository import imports as stored
from auth.use_cases import user_imports
from services.auth.tests.api import PASSWORD, Api

OLD = "an old password"
HASH = generate_password_hash(OLD, "pbkdf2:sha256:1000")
BCRYPT = bcrypt.hashpw(OLD.encode(), bcrypt.gensalt(4)).decode()

Run = Callable[..., Result]


class Importing:
    """`auth import-users` over the database of an api."""

    def __init__(self, api: Api, folder: Path) -> None:
        self.api, self.folder = api, folder

    def __call__(self, content: str | bytes, *arguments: str, name: str = "users.csv") -> Result:
        file = self.folder / name
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        result = CliRunner().invoke(main, ["import-users", str(file), *arguments])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        for secret in (OLD, HASH, BCRYPT):
            assert secret not in result.output
        return result

    def users(self) -> dict[str, User]:
        with self.api.resources.database.reading() as session:
            return {user.username: user for user in session.scalars(select(User))}


@pytest.fixture
def make_importing(make_api: Callable[..., Api], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """`make_importing(policy)`"""

    def make(policy: str = "required") -> Importing:
        api = make_api(email_confirmation=policy)
        monkeypatch.chdir(tmp_path)  # away from a developer's .env
        monkeypatch.setenv("STATE_DIR", str(tmp_path))
        monkeypatch.setenv("DATABASE_URL", api.resources.settings.database)
        monkeypatch.setenv("EMAIL_CONFIRMATION", policy)
        return Importing(api, tmp_path)

    return make


@pytest.fixture
def importing(make_importing: Any) -> Importing:
    return make_importing()  # type: ignore[no-any-return]


def ndjson(*users: dict[str, Any]) -> str:
    return "".join(json.dumps(user) + "\n" for user in users)


def one(**members: Any) -> dict[str, Any]:
    return {"username": "ada", "email": "ada@example.com", "password_hash": HASH, "email_confirmed": True} | members


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
def test_who_had_not_confirmed_is_treated_as_a_sign_up_is(make_importing: Any, policy: str) -> None:
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
def test_who_has_no_email_needs_none_where_nothing_waits_for_it(make_importing: Any, policy: str) -> None:
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


def test_a_dry_run_stores_nothing(importing: Importing) -> None:
    result = importing(ndjson(one()), "--dry-run", name="users.ndjson")
    assert result.exit_code == 0
    assert "auth: 1 good" in result.output
    assert importing.users() == {}


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


def test_a_clash_with_an_account_is_refused(importing: Importing) -> None:
    importing.api.user("ada")
    for user, field in ((one(email="other@example.com"), "username"), (one(username="eve"), "email")):
        result = importing(ndjson(user), name="users.ndjson")
        assert result.exit_code == 65
        assert f"line 1: {field}: " in result.output
    assert importing.api.log_in("ada", PASSWORD).status_code == 200


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
