"""The fence that goes up after a restored backup."""

import json
import time
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner
from sqlalchemy import select, update

from auth.callers import COMMAND_LINE
from auth.cli import main
from auth.models import AuditEntry, Code, FeedEvent, User
from auth.models import Session as LoginSession
from auth.resources import Resources
from auth.use_cases import accounts, feed, fence, keys

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def add_user(auth: Resources, name: str, *, version: int = 0, active: bool = True) -> str:
    """Add a user with a session and a code."""
    user = accounts.new_user(name, None, "hash", NOW)
    user.version, user.activated_at = version, NOW if active else None
    with auth.database.writing() as session:
        session.add(user)
        session.flush()
        times = {"created_at": NOW, "rotated_at": NOW, "expires_at": datetime(2099, 1, 1, tzinfo=UTC)}
        session.add(LoginSession(id=f"session of {name}", user_id=user.id, generation=1, **times))
        session.add(Code(user_id=user.id, purpose="qp1", mac="x", tries=0, expires_at=times["expires_at"]))
        session.commit()
    return user.subject


def versions(auth: Resources) -> dict[str, int]:
    with auth.database.reading() as session:
        return {user.username: user.version for user in session.scalars(select(User))}


def events(auth: Resources) -> list[FeedEvent]:
    return feed.read(auth, feed.START, 1000).items


def test_a_fence_ends_sessions_codes_keys_and_all_tokens_so_far(auth: Resources) -> None:
    add_user(auth, "ada")
    before = [key.kid for key in keys.listed(auth)]
    now = int(time.time())
    done = fence.put_up(auth)
    with auth.database.reading() as session:
        assert all(login.revoked_at for login in session.scalars(select(LoginSession)))
        assert session.scalars(select(Code)).all() == []
        noted = {entry.action: json.loads(entry.details) for entry in session.scalars(select(AuditEntry))}
    assert (done.sessions, done.withdrawn) == (1, before)
    assert noted["feed.fenced"] == {"until": done.until, "sessions": 1}
    assert sorted(key.state for key in keys.listed(auth)) == ["active", "next"]
    assert not {key.kid for key in keys.listed(auth)} & set(before)
    (told,) = events(auth)
    assert (told.type, told.subject, told.value) == ("all.revoked", "*", str(done.until))
    assert now < done.until <= time.time() + fence.MARGIN
    assert told.expires_at is not None
    assert told.expires_at >= done.until + 3600 + 30


def test_versions_end_above_all_that_the_lost_history_can_have_told(auth: Resources) -> None:
    add_user(auth, "ada", version=3)
    lost = 3 + 1000  # what it was raised to after the backup
    fence.put_up(auth)
    assert versions(auth)["ada"] > lost
    told = versions(auth)["ada"] + 2  # by the history between two restored backups
    with auth.database.writing() as session:
        session.execute(update(User).values(version=3))
        session.commit()
    with pytest.MonkeyPatch.context() as later:
        real = time.time
        later.setattr(time, "time", lambda: real() + 10)
        fence.put_up(auth)
    assert versions(auth)["ada"] > told
    fence.put_up(auth)
    assert versions(auth)["ada"] > told + 1  # also when the clock has gone back


def test_names_are_told_again_of_all_who_have_an_account(auth: Resources, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fence, "BATCH", 2)
    subjects = {add_user(auth, name): name for name in ("ada", "grace", "mary")}
    add_user(auth, "pending", active=False)
    assert fence.tell_names(auth) == 3
    assert {(each.type, each.subject, each.value) for each in events(auth)} == {
        ("user.renamed", subject, name) for subject, name in subjects.items()
    }
    assert [each.id for each in events(auth)] == [1, 2, 3]


def test_the_command_ends_only_when_a_new_token_is_good(auth: Resources, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STATE_DIR", str(auth.settings.state_dir))
    accounts.create_admin(auth, COMMAND_LINE, "ada", "correct horse battery")
    result = CliRunner().invoke(main, ["feed", "fence"])
    ended = int(time.time())
    assert result.exit_code == 0, result.output
    assert "told the names of 1 users" in result.output
    until = next(int(each.value or 0) for each in events(auth) if each.type == "all.revoked")
    assert ended > until
