"""Reading auth's feed over HTTP."""

import pytest

from quartet.feed import START, FeedReader, FeedUnavailable
from quartet.testing import INTERNAL_SECRET, AuthServer


def test_pages_follow_one_another(auth_server: AuthServer) -> None:
    reader = FeedReader(auth_server.url, INTERNAL_SECRET)
    assert reader.page(START).items == []
    for number in range(1500):
        auth_server.append("session.revoked", str(number))
    first = reader.page(START)
    second = reader.page(first.next)
    assert (len(first.items), first.more, len(second.items), second.more) == (1000, True, 500, False)
    assert [event.subject for event in (*first.items, *second.items)] == [str(number) for number in range(1500)]
    assert reader.page(second.next).next == second.next


def test_a_cursor_of_another_history_is_reset(auth_server: AuthServer) -> None:
    reader = FeedReader(auth_server.url, INTERNAL_SECRET)
    auth_server.append("user.deleted", "ada")
    cursor = reader.page(START).next
    auth_server.feed_nonce = "another"
    assert reader.page(cursor).reset


def test_auth_away_or_unwilling_is_one_error(auth_server: AuthServer) -> None:
    with pytest.raises(FeedUnavailable):
        FeedReader(auth_server.url, "wrong").page(START)
    with pytest.raises(FeedUnavailable):
        FeedReader("http://127.0.0.1:9", INTERNAL_SECRET).page(START)
    auth_server.failing = True
    with pytest.raises(FeedUnavailable):
        FeedReader(auth_server.url, INTERNAL_SECRET).page(START)
