"""The feed: in order, without gaps, told again from the start to readers of another history."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask.testing import FlaskClient

from auth import repository
from auth.resources import Resources
from auth.use_cases import feed
from quartet.testing import INTERNAL_SECRET
from services.auth.tests.api import Api, bearer

WRITERS = 8
EVENTS_EACH = 40


def append(auth: Resources, subject: str) -> None:
    with auth.database.writing() as session:
        repository.feed.append(session, "session.revoked", subject, ttl=60)
        session.commit()


def test_a_reader_that_goes_on_from_its_last_event_sees_every_event(auth: Resources) -> None:
    def write(writer: int) -> None:
        for number in range(EVENTS_EACH):
            append(auth, f"{writer}-{number}")

    seen: list[str] = []
    cursor = feed.START
    with ThreadPoolExecutor(WRITERS) as pool:
        writing = [pool.submit(write, writer) for writer in range(WRITERS)]
        while len(seen) < WRITERS * EVENTS_EACH:
            page = feed.read(auth, cursor, 7)
            assert not page.reset
            seen += [event.subject for event in page.items]
            cursor = page.next
            if not page.items and all(future.done() for future in writing):
                break
        for future in writing:
            future.result()
        seen += [event.subject for event in feed.read(auth, cursor, 1000).items]
    expected = {f"{writer}-{number}" for writer in range(WRITERS) for number in range(EVENTS_EACH)}
    assert len(seen) == len(set(seen))
    assert set(seen) == expected


def test_a_rolled_back_change_leaves_no_gap(auth: Resources) -> None:
    append(auth, "first")
    with auth.database.writing() as session:
        repository.feed.append(session, "session.revoked", "never", ttl=60)
    append(auth, "second")
    assert [(event.id, event.subject) for event in feed.read(auth, "0", 10).items] == [(1, "first"), (2, "second")]


def test_pages_follow_one_another(auth: Resources) -> None:
    for number in range(5):
        append(auth, str(number))
    first = feed.read(auth, "0", 2)
    second = feed.read(auth, first.next, 2)
    third = feed.read(auth, second.next, 2)
    assert [page.more for page in (first, second, third)] == [True, True, False]
    assert [event.subject for page in (first, second, third) for event in page.items] == list("01234")
    assert feed.read(auth, third.next, 2).next == third.next


@pytest.mark.parametrize("cursor", ["1.ffff", "99.ffff"])
def test_a_cursor_of_another_history_is_reset(auth: Resources, cursor: str) -> None:
    append(auth, "first")
    page = feed.read(auth, cursor, 10)
    assert page.reset
    assert (page.items, page.next) == ([], "0")


@pytest.fixture
def client(api: Api) -> FlaskClient:
    return api.client


@pytest.mark.parametrize("headers", [{}, bearer("wrong"), {"Authorization": INTERNAL_SECRET}, bearer("é")])
def test_the_feed_needs_the_internal_secret(client: FlaskClient, headers: dict[str, str]) -> None:
    assert client.get("/internal/feed", headers=headers).status_code == 401


def test_an_access_token_does_not_open_the_feed(api: Api) -> None:
    token = api.user("ada")["access_token"]
    assert api.client.get("/internal/feed", headers=bearer(token)).status_code == 401


@pytest.mark.parametrize("query", ["after=x", "after=1", "after=-1.a", "limit=0", "limit=1001", "after=1.a'--"])
def test_a_bad_cursor_or_limit_is_refused(client: FlaskClient, query: str) -> None:
    assert client.get(f"/internal/feed?{query}", headers=bearer(INTERNAL_SECRET)).status_code == 422
