"""What an older entry of SECRET_KEYS has sealed is sealed anew, and what no entry opens is told of and kept."""

import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner
from pydantic import SecretStr
from sqlalchemy import update

from auth.cli import main
from auth.models import AuditEntry, OutboxMail, SigningKey
from auth.resources import Resources
from auth.seals import BrokenSeal, Seals
from auth.settings import AuthSettings
from auth.use_cases import keys, sealing
from quartet.migrations import migrate
from services.auth.tests.conftest import MakeSettings

OLD, NEW = "the-old-secret-0123456789abcdefghijk", "the-new-secret-0123456789abcdefghijk"
Opened = Callable[..., Resources]


@pytest.fixture
def opened(make_settings: MakeSettings) -> Opened:
    """`opened(NEW, OLD)`: auth's resources on one database, with these SECRET_KEYS."""

    def open_with(*secrets: str) -> Resources:
        settings = make_settings(secret_keys=tuple(SecretStr(each) for each in secrets))
        migrate(settings.database, "auth")
        return Resources.of(settings)

    return open_with


def posted(auth: Resources) -> int:
    now = datetime.now(UTC)
    sealed = auth.seals.seal(json.dumps({"subject": "x"}))
    with auth.database.writing() as session:
        mail = OutboxMail(template="confirm", recipient="a@b.c", sealed_values=sealed, created_at=now, due_at=now)
        mail.attempts = 0
        session.add(mail)
        session.commit()
        return mail.id


def openers(auth: Resources) -> set[int | None]:
    return {each.opener for each in sealing.all_sealed(auth)}


def test_resealed_is_none_when_the_first_secret_has_sealed() -> None:
    old, both = Seals([OLD]), Seals([NEW, OLD])
    anew = both.resealed(old.seal("text"))
    assert anew is not None
    assert Seals([NEW]).unseal(anew) == "text"
    assert both.resealed(anew) is None
    assert (both.opener(old.seal("text")), both.opener(anew), old.opener(anew)) == (1, 0, None)
    with pytest.raises(BrokenSeal):
        old.resealed(anew)


def test_keys_and_mails_are_sealed_anew_once_and_the_old_secret_may_go(opened: Opened) -> None:
    before = opened(OLD)
    keys.ensure(before)
    mail_id = posted(before)
    signer = before.keyring.signer()
    both = opened(NEW, OLD)
    assert openers(both) == {1}
    done = keys.tend(both)
    assert sorted(done.resealed) == sorted([*(f"key {key.kid}" for key in keys.listed(both)), f"mail {mail_id}"])
    assert keys.tend(both).resealed == []
    after = opened(NEW)
    assert openers(after) == {0}
    assert after.keyring.signer().kid == signer.kid
    with after.database.reading() as session:
        noted = [entry for entry in session.query(AuditEntry) if entry.action == "key.resealed"]
    assert {json.loads(entry.details)["kid"] for entry in noted} == {key.kid for key in keys.listed(after)}


def test_what_no_secret_opens_is_named_kept_and_never_signs(opened: Opened, caplog: pytest.LogCaptureFixture) -> None:
    keys.ensure(opened(OLD))
    lost = opened(NEW)
    names = sorted(f"key {key.kid}" for key in keys.listed(lost))
    with caplog.at_level(logging.ERROR):
        assert sorted(keys.tend(lost).unreadable) == names
    assert sorted(record.__dict__["sealed"] for record in caplog.records if record.name == sealing.__name__) == names
    assert openers(opened(OLD)) == {0}
    active = next(key.kid for key in keys.listed(lost) if key.state == "active")
    assert keys.withdraw_compromised(lost, active)
    assert lost.keyring.signer().kid not in names


def test_a_next_key_that_cannot_be_opened_is_passed_over(opened: Opened) -> None:
    auth = opened(NEW)
    keys.ensure(auth)
    broken = next(key.kid for key in keys.listed(auth) if key.state == "next")
    with auth.database.writing() as session:
        foreign = Seals([OLD]).seal("secret")
        session.execute(update(SigningKey).where(SigningKey.kid == broken).values(sealed_private=foreign))
        session.execute(update(SigningKey).values(created_at=datetime(2026, 1, 1, tzinfo=UTC)))
        session.commit()
    assert keys.tend(auth).rotated is None
    waiting = [key.kid for key in keys.listed(auth) if key.state == "next"]
    assert len(waiting) == 2
    assert keys.tend(auth).rotated is None  # the new one has not been published for long enough
    with auth.database.writing() as session:
        session.execute(update(SigningKey).values(created_at=datetime(2026, 1, 1, tzinfo=UTC)))
        session.commit()
    assert keys.tend(auth).rotated in set(waiting) - {broken}


def test_the_commands_tell_what_is_sealed_with_what(
    opened: Opened, settings: AuthSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys.ensure(opened(OLD))
    monkeypatch.setenv("STATE_DIR", str(settings.state_dir))
    run = CliRunner().invoke
    monkeypatch.setenv("SECRET_KEYS", json.dumps([NEW, OLD]))
    assert "sealed with an older secret" in run(main, ["keys", "list"]).output
    needed = run(main, ["keys", "check-secrets"])
    assert "entry 1 of SECRET_KEYS seals: nothing\nentry 2 of SECRET_KEYS seals: key" in needed.output
    assert needed.exit_code == 1
    monkeypatch.setenv("SECRET_KEYS", json.dumps([NEW]))
    assert "NO ENTRY OF SECRET_KEYS OPENS IT" in run(main, ["keys", "list"]).output
    assert run(main, ["keys", "check-secrets"]).exit_code == run(main, ["keys", "tend"]).exit_code == 1
    monkeypatch.setenv("SECRET_KEYS", json.dumps([NEW, OLD]))
    assert "sealed with the first secret: key" in run(main, ["keys", "tend"]).output
    done = run(main, ["keys", "check-secrets"])
    assert "entry 2 of SECRET_KEYS seals: nothing" in done.output
    assert done.exit_code == 0
