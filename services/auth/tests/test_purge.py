"""The purge removes what nobody can miss, and nothing else."""

import json
import os
import subprocess
import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session as DatabaseSession
from werkzeug.serving import make_server

from auth.models import FeedEvent, Session, SigningKey, User
from auth.repository import leftovers
from auth.resources import Resources
from auth.upkeep import create_upkeep, keep_up
from auth.use_cases import feed, purge
from devtools.programs import service_command
from quartet.feed import START, FeedReader
from quartet.testing import INTERNAL_SECRET
from services.auth.tests.api import Api
from services.auth.tests.leftovers import COPIES, KEPT_EVENTS, NEEDLESS, fill, left
from services.auth.tests.races import append


def test_what_has_ended_long_ago_goes_and_the_rest_stays(auth: Resources) -> None:
    fill(auth)
    assert purge.purge(auth) == NEEDLESS
    assert left(auth) == {
        "users": 2 + COPIES,
        "sessions": 2,
        "codes": 1,
        "throttles": 1,
        "familiar_places": 1,
        "outbox": 3,
        "audit": 1,
        "feed": len(KEPT_EVENTS),
    }
    with auth.database.reading() as session:
        assert list(session.scalars(select(FeedEvent.type).order_by(FeedEvent.id))) == KEPT_EVENTS
        assert set(session.scalars(select(Session.id))) == {"fresh", "just ended"}
        assert "fresh sign-up" in set(session.scalars(select(User.username)))
    assert not purge.purge(auth)


def test_a_purge_takes_as_many_steps_as_it_needs(auth: Resources, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(purge, "BATCH", 2)
    fill(auth)
    removed, more = purge.purge_some(auth)
    assert more
    assert set(removed.values()) == {2}
    assert purge.purge(auth) == dict.fromkeys(NEEDLESS, COPIES - 2)


def test_what_is_renewed_meanwhile_stays(auth: Resources, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(auth)
    find = leftovers.find

    def find_and_renew(session: DatabaseSession, chosen: leftovers.Leftovers, limit: int) -> object:
        found = find(session, chosen, limit)
        with auth.database.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE throttles SET expires_at = '2999-01-01 00:00:00.000000'")
            connection.exec_driver_sql("UPDATE users SET activated_at = created_at")
        return found

    monkeypatch.setattr(leftovers, "find", find_and_renew)
    removed, _ = purge.purge_some(auth)
    assert (removed["throttles"], removed["sign-ups"]) == (0, 0)
    assert left(auth)["throttles"] == 1 + COPIES


def test_a_session_is_as_dead_without_its_row(api: Api) -> None:
    login = api.user("ada")
    with api.resources.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE sessions SET expires_at = '2020-01-01 00:00:00.000000'")
    assert purge.purge(api.resources) == {"sessions": 1}
    assert api.me(login["access_token"]).get_json()["code"] == "token_revoked"
    assert api.refresh(login["refresh_token"]).get_json()["code"] == "refresh_token_invalid"


def test_an_ended_session_is_purged_once_its_tokens_have_died(api: Api) -> None:
    api.client.post("/api/auth/logout", headers={"Authorization": f"Bearer {api.user('ada')['access_token']}"})
    assert purge.purge(api.resources)["sessions"] == 0
    with api.resources.database.reading() as session:
        ended = session.scalars(select(Session)).one()
    assert ended.expires_at == ended.revoked_at


@pytest.fixture
def reader(api: Api) -> Iterator[FeedReader]:
    """What catalog reads the feed with, against a real server."""
    server = make_server("127.0.0.1", 0, api.client.application, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield FeedReader(f"http://127.0.0.1:{server.server_port}", INTERNAL_SECRET)
    server.shutdown()


def test_a_reader_goes_on_where_it_was_or_starts_over_and_misses_nothing(api: Api, reader: FeedReader) -> None:
    fill(api.resources)
    before = reader.page(START)
    purge.purge(api.resources)
    after = reader.page(before.next)
    assert (after.items, after.reset) == ([], False)

    append(api.resources, "meanwhile")
    assert [event.subject for event in reader.page(before.next).items] == ["meanwhile"]
    purge.purge(api.resources)  # the row where the reader stood was the newest, and is not any more
    assert reader.page(before.next).reset
    again = reader.page(START)
    assert [event.type for event in again.items] == [*KEPT_EVENTS[:-1], "session.revoked"]
    assert not reader.page(again.next).items


def test_the_feed_goes_on_after_all_but_its_newest_event_is_gone(auth: Resources) -> None:
    for number in range(3):
        append(auth, str(number))
    with auth.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE feed SET expires_at = 1")
    cursor = feed.read(auth, START, 10).next
    assert purge.purge(auth) == {"feed events": 2}
    append(auth, "next")
    assert [(event.id, event.subject) for event in feed.read(auth, cursor, 10).items] == [(4, "next")]


def test_the_upkeep_purges_and_tends_the_keys(auth: Resources, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(auth)
    monkeypatch.setattr(purge, "BATCH", COPIES)
    with auth.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE signing_keys SET created_at = '2020-01-01', active_since = '2020-01-01'")
    with auth.database.reading() as session:
        before = session.scalars(select(SigningKey.kid).where(SigningKey.state == "active")).one()
    assert keep_up(auth)
    assert not keep_up(auth)
    with auth.database.reading() as session:
        assert session.scalars(select(SigningKey.kid).where(SigningKey.state == "active")).one() != before
    assert not purge.purge(auth)


def test_the_upkeep_counts_as_well_between_two_rounds(auth: Resources) -> None:
    worker = create_upkeep(auth.settings)
    assert worker.patience > worker.interval == auth.settings.upkeep_interval


def test_the_command_says_what_it_has_removed(auth: Resources) -> None:
    fill(auth)
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
        "STATE_DIR": str(auth.settings.state_dir),
        "SECRET_KEYS": json.dumps([key.get_secret_value() for key in auth.settings.secret_keys]),
    }

    def run() -> str:
        command = (service_command("auth"), "purge")
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout

    assert run().startswith(f"auth: purged: {COPIES} sessions, {COPIES} sign-ups, {COPIES} codes")
    assert run() == "auth: purged: nothing\n"
