"""Reading auth's feed over HTTP."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import pytest
from werkzeug import Response
from werkzeug.serving import BaseWSGIServer, make_server

from quartet.feed import START, FeedReader, FeedUnavailable
from quartet.testing import INTERNAL_SECRET, AuthServer

PAGE = {"now": 1, "items": [], "next": "0", "more": False, "reset": False}
EVENT = {"id": 1, "type": "t", "subject": "s", "value": None, "created_at": 1, "expires_at": None}


@contextmanager
def answering(body: str | bytes, status: int = 200) -> Iterator[BaseWSGIServer]:
    """A server with one answer to everything."""
    server = make_server("127.0.0.1", 0, Response(body, status, content_type="application/json"), threaded=True)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_pages_follow_one_another(auth_server: AuthServer) -> None:
    reader = FeedReader(auth_server.url, INTERNAL_SECRET)
    assert reader.page(START).items == []
    for number in range(1500):
        auth_server.feed.append("session.revoked", str(number))
    first = reader.page(START)
    second = reader.page(first.next)
    assert (len(first.items), first.more, len(second.items), second.more) == (1000, True, 500, False)
    assert [event.subject for event in (*first.items, *second.items)] == [str(number) for number in range(1500)]
    assert reader.page(second.next).next == second.next


def test_a_cursor_of_another_history_is_reset(auth_server: AuthServer) -> None:
    reader = FeedReader(auth_server.url, INTERNAL_SECRET)
    auth_server.feed.append("user.deleted", "ada")
    cursor = reader.page(START).next
    auth_server.feed.nonce = "another"
    assert reader.page(cursor).reset


def test_auth_away_or_unwilling_is_one_error(auth_server: AuthServer) -> None:
    with pytest.raises(FeedUnavailable):
        FeedReader(auth_server.url, "wrong").page(START)
    with pytest.raises(FeedUnavailable):
        FeedReader("http://127.0.0.1:9", INTERNAL_SECRET).page(START)
    auth_server.failing = True
    with pytest.raises(FeedUnavailable):
        FeedReader(auth_server.url, INTERNAL_SECRET).page(START)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<html>",
        "[]",
        "{",
        json.dumps({**PAGE, "next": None}),
        json.dumps({**PAGE, "items": None}),
        json.dumps({**PAGE, "items": [{**EVENT, "id": "one"}]}),
        json.dumps({**PAGE, "items": [{**EVENT, "subject": 7}]}),
        json.dumps({name: value for name, value in PAGE.items() if name != "reset"}),
        b"\xff",
    ],
)
def test_an_answer_that_is_no_feed_is_the_same_error(body: str | bytes) -> None:
    with answering(body) as server, pytest.raises(FeedUnavailable):
        FeedReader(f"http://127.0.0.1:{server.server_port}", INTERNAL_SECRET).page(START)


def test_a_feed_with_the_status_of_an_error_is_the_same_error() -> None:
    with answering(json.dumps(PAGE), 503) as server, pytest.raises(FeedUnavailable):
        FeedReader(f"http://127.0.0.1:{server.server_port}", INTERNAL_SECRET).page(START)


def test_an_event_may_know_more_than_the_reader() -> None:
    with answering(json.dumps({**PAGE, "items": [{**EVENT, "later": 1}], "later": 1})) as server:
        (event,) = FeedReader(f"http://127.0.0.1:{server.server_port}", INTERNAL_SECRET).page(START).items
    assert (event.id, event.value, event.expires_at) == (1, None, None)
