"""The feed: in order, without gaps, told again from the start to readers of another history."""

import pytest
from flask.testing import FlaskClient

from auth import repository
from auth.resources import Resources
from auth.use_cases import feed
from quartet.testing import INTERNAL_SECRET
from services.auth.tests.api import Api, bearer
from services.auth.tests.races import EVENTS_EACH, append, followed
from services.auth.tests.site import Site

WRITERS = 8


def test_a_reader_that_goes_on_from_its_last_event_sees_every_event(auth: Resources) -> None:
    seen = followed(Site(auth.settings), "threads", WRITERS)
    assert [event_id for event_id, _ in seen] == list(range(1, WRITERS * EVENTS_EACH + 1))
    assert len({subject for _, subject in seen}) == len(seen)


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
