"""Live values through the gateway: at once, in order, for the owner alone, and not for long."""

import json
from collections.abc import Callable, Iterator

import requests

from tests.integration.platform_choice import Platform
from tests.integration.platform_client import Api, User, sign_up

STREAM = "/api/counters/coffee/stream"


def add(api: Api, user: User) -> None:
    assert api.post("/api/counters/coffee/increment", token=user["access_token"]).status_code == 200


def events(answer: requests.Response) -> Iterator[tuple[str, str]]:
    """Fields of a stream, without comments; a line is read as soon as it is there."""
    for line in answer.iter_lines(decode_unicode=True, chunk_size=1):
        field, _, value = line.partition(": ")
        if field:
            yield field, value


def next_value(fields: Iterator[tuple[str, str]]) -> int:
    return next(int(json.loads(value)["value"]) for field, value in fields if field == "data")


def test_the_owner_sees_each_change_at_once(api: Api, platform: Platform, new_user: Callable[[], User]) -> None:
    owner, other = new_user(), new_user()
    assert api.get(STREAM, token=owner["access_token"]).status_code == 404
    add(api, owner)
    reading = Api(platform.url)
    with reading.get(STREAM, token=owner["access_token"], stream=True) as answer:
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
        assert answer.headers["Content-Type"].startswith("text/event-stream")
        fields = events(answer)
        assert next(fields)[0] == "retry"
        for value in (1, 2, 3):
            assert next_value(fields) == value
            add(api, owner)
        assert next_value(fields) == 4
        api.delete("/api/counters/coffee", token=owner["access_token"])
        assert list(fields) == [("event", "deleted"), ("data", '{"name":"coffee"}')]
    reading.session.close()
    assert api.get(STREAM, token=other["access_token"]).status_code == 404
    assert api.get(STREAM).json()["code"] == "token_missing"


def test_who_logs_out_sees_no_more_when_the_stream_ends(hasty_platform: Platform) -> None:
    api, reading = Api(hasty_platform.url), Api(hasty_platform.url)
    user = sign_up(api)
    add(api, user)
    with reading.get(STREAM, token=user["access_token"], stream=True) as answer:
        fields = events(answer)
        assert next_value(fields) == 1
        assert api.post("/api/auth/logout", token=user["access_token"]).status_code == 204
        assert list(fields) == []
    api.session.close()
    reading.session.close()
