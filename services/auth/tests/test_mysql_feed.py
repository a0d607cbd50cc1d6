"""The feed on MySQL: in order and without gaps, whoever writes and however slowly."""

from concurrent.futures import ThreadPoolExecutor, wait

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from auth import repository
from auth.use_cases import feed
from quartet.testing.at_once import RUNNERS, Runners
from services.auth.tests.races import EVENTS_EACH, append, followed
from services.auth.tests.site import Site

pytestmark = pytest.mark.containers

WRITERS = 9


@pytest.mark.parametrize("runners", RUNNERS)
def test_a_reader_that_goes_on_from_its_last_event_sees_every_event(mysql_site: Site, runners: Runners) -> None:
    seen = followed(mysql_site, runners, WRITERS)
    assert [event_id for event_id, _ in seen] == list(range(1, WRITERS * EVENTS_EACH + 1))
    assert {subject for _, subject in seen} == {
        f"{writer}-{number}" for writer in range(WRITERS) for number in range(EVENTS_EACH)
    }


def seen_while_one_commits_late(site: Site) -> list[str]:
    """Append `slow`, then `fast` from elsewhere, commit `slow` last; return what a reader sees who looks all along."""
    with site.opened() as auth, site.opened() as other, ThreadPoolExecutor(1) as pool:
        with auth.database.writing() as session:
            repository.feed.append(session, "session.revoked", "slow", ttl=60)
            fast = pool.submit(append, other, "fast")
            wait([fast], timeout=0.5)  # it has to wait for us; without the lock it would be through by then
            first_page = feed.read(other, feed.START, 10)
            session.commit()
        fast.result()
        second_page = feed.read(other, first_page.next, 10)
    return [event.subject for event in (*first_page.items, *second_page.items)]


def test_an_event_committed_late_is_seen_before_those_that_follow_it(mysql_site: Site) -> None:
    assert seen_while_one_commits_late(mysql_site) == ["slow", "fast"]


def append_by_auto_increment(session: Session, kind: str, subject: str, ttl: int | None = None) -> None:
    del ttl
    statement = text("INSERT INTO feed (nonce, type, subject, created_at) VALUES ('ab', :kind, :subject, 0)")
    session.execute(statement, {"kind": kind, "subject": subject})


def test_ids_given_out_by_auto_increment_would_lose_an_event(mysql_site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    with mysql_site.opened() as auth, auth.database.writing() as session:
        session.execute(text("ALTER TABLE feed MODIFY id BIGINT NOT NULL AUTO_INCREMENT"))
    monkeypatch.setattr(repository.feed, "append", append_by_auto_increment)
    assert seen_while_one_commits_late(mysql_site) == ["fast"]
