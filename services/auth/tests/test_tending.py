"""Keys are tended by age, by as many as like to, at once."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from auth.models import AuditEntry, SigningKey
from auth.resources import Resources
from auth.use_cases import keys
from quartet.migrations import migrate
from quartet.testing.at_once import Meet, Runners, at_once
from services.auth.tests.conftest import MakeSettings
from services.auth.tests.site import Site

TENDERS = 6
MONTH = timedelta(days=31)


def age(auth: Resources, by: timedelta = MONTH, **of: str) -> None:
    """Make keys older than they are."""
    then = datetime.now(UTC) - by
    with auth.database.writing() as session:
        session.execute(update(SigningKey).filter_by(**of).values(created_at=then, active_since=None))
        session.commit()


def in_state(auth: Resources, state: str) -> list[str]:
    return [key.kid for key in keys.listed(auth) if key.state == state]


def noted(auth: Resources) -> list[tuple[str, str]]:
    with auth.database.reading() as session:
        entries = session.query(AuditEntry).order_by(AuditEntry.id)
        return [(entry.action, json.loads(entry.details)["kid"]) for entry in entries]


def test_an_old_key_hands_over_to_one_that_was_published_long_enough(auth: Resources) -> None:
    (old,), (waiting,) = in_state(auth, "active"), in_state(auth, "next")
    assert keys.tend(auth).rotated is None
    age(auth, kid=old)
    assert keys.tend(auth).rotated is None
    age(auth, kid=waiting)
    assert keys.tend(auth).rotated == waiting
    assert (in_state(auth, "active"), in_state(auth, "retiring")) == ([waiting], [old])
    age(auth, kid=in_state(auth, "next")[0])
    assert keys.tend(auth).rotated is None  # its age counts from when it began to sign
    assert noted(auth) == [("key.rotated", waiting)]


def test_a_key_signs_without_limit_where_the_setting_says_so(make_settings: MakeSettings) -> None:
    with Site(make_settings(key_max_age=0)).opened() as auth:
        migrate(auth.settings.database, "auth")
        keys.ensure(auth)
        age(auth)
        assert keys.tend(auth).rotated is None


def test_the_last_tokens_key_is_retired_and_nothing_of_it_stays_but_its_name(auth: Resources) -> None:
    age(auth)
    (old,) = in_state(auth, "active")
    keys.tend(auth)
    with auth.database.writing() as session:
        session.execute(
            update(SigningKey).where(SigningKey.kid == old).values(retiring_since=datetime(2026, 1, 1, tzinfo=UTC))
        )
        session.commit()
    assert keys.tend(auth).retired == [old]
    assert keys.tend(auth).retired == []
    with auth.database.reading() as session:
        assert session.get_one(SigningKey, old).sealed_private == ""
    assert ("key.retired", old) in noted(auth)


def assert_one_rotation(site: Site, runners: Runners) -> None:
    """Let many tend at once when a rotation is due: one rotates, and a single key signs."""
    with site.opened() as auth:
        age(auth)
        (waiting,) = in_state(auth, "next")
        results = at_once(runners, tended, [site] * TENDERS)
        assert sorted(each or "" for each in results) == [""] * (TENDERS - 1) + [waiting]
        assert (len(in_state(auth, "active")), len(in_state(auth, "retiring")), len(in_state(auth, "next"))) == (
            1,
            1,
            1,
        )


def tended(site: Site, meet: Meet) -> str | None:
    with site.opened(meet) as auth:
        return keys.tend(auth).rotated


def test_many_who_tend_at_once_rotate_once(auth: Resources) -> None:
    assert_one_rotation(Site(auth.settings), "threads")


@pytest.mark.containers
@pytest.mark.parametrize("runners", ["threads", "processes"])
def test_many_who_tend_at_once_on_mysql_rotate_once(mysql_site: Site, runners: Runners) -> None:
    assert_one_rotation(mysql_site, runners)
