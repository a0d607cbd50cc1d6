"""How long an answer is given, and what is given while a new one is fetched or cannot be had."""

import time
from contextlib import ExitStack
from threading import Event

import pytest

from gateway.tests.platform_under_test import Start
from gateway.tests.shelf import LIST, MINUTE, Shelf
from quartet.testing.waiting import eventually


def test_what_was_kept_is_asked_for_by_its_name_and_kept_on(shelf: Shelf) -> None:
    shelf.put("list", "public, max-age=1", ETag='"one"')
    shelf.read()
    shelf.expired("REVALIDATED")
    assert shelf.service.seen[-1].header("If-None-Match") == '"one"'
    assert shelf.read() == ("list", "HIT")
    shelf.put("new list", "public, max-age=1", ETag='"two"')
    shelf.expired("EXPIRED")
    assert shelf.read() == ("new list", "HIT")


def test_while_a_new_answer_is_fetched_the_old_one_is_given(shelf: Shelf) -> None:
    shelf.put("old", "public, max-age=1, stale-while-revalidate=60")
    shelf.read()
    shelf.put("new", MINUTE)
    shelf.service.delays[LIST] = Event()
    shelf.expired("STALE")
    for _ in range(3):
        assert shelf.read() == ("old", "UPDATING")
    assert shelf.asked == 2
    shelf.service.delays[LIST].set()
    eventually(lambda: shelf.read() == ("new", "HIT"))
    assert shelf.asked == 2


def test_what_nobody_asked_for_is_not_given_when_its_time_is_over(shelf: Shelf) -> None:
    shelf.put("old", "public, max-age=1, stale-while-revalidate=1")
    began = time.monotonic()
    shelf.read()
    shelf.put("new", "public, max-age=1, stale-while-revalidate=1")
    eventually(lambda: time.monotonic() > began + 3.1)
    assert shelf.read() == ("new", "EXPIRED")


@pytest.mark.parametrize("trouble", ["gone", "breaks", "500", "502", "503", "504", "hangs"])
def test_while_the_service_is_broken_what_it_said_last_is_given(start: Start, trouble: str) -> None:
    shelf = Shelf(start(WORKERS="1"))
    shelf.put("list", "public, max-age=1")
    shelf.read()
    if trouble == "gone":
        shelf.service.stop()
    elif trouble == "breaks":
        shelf.service.breaks.add(LIST)
    elif trouble == "hangs":
        shelf.service.delays[LIST] = Event()
    else:
        shelf.put("broken", "no-store", int(trouble))
    shelf.expired("STALE")
    answer = shelf.get()
    assert (answer.status_code, answer.text, answer.headers["X-Cache"]) == (200, "list", "STALE")


def test_what_was_taken_away_is_not_given_as_if_the_service_were_broken(shelf: Shelf) -> None:
    shelf.put("list", "public, max-age=1, stale-while-revalidate=1")
    shelf.read()
    shelf.put("gone", "no-store", 404)
    eventually(lambda: shelf.get().status_code == 404)
    for _ in range(3):
        answer = shelf.get()
        assert (answer.status_code, answer.headers["Cache-Control"]) == (404, "no-store")


def test_one_asks_for_what_is_new_and_the_others_wait(shelf: Shelf) -> None:
    shelf.put("list")
    shelf.service.delays[LIST] = Event()
    with ExitStack() as ended:
        readers = [ended.enter_context(shelf.gateway.connection()) for _ in range(8)]
        readers[0].request("GET", LIST)
        eventually(lambda: shelf.asked)
        for reader in readers[1:]:
            reader.request("GET", LIST)
        shelf.service.delays[LIST].set()
        assert {reader.getresponse().read() for reader in readers} == {b"list"}
    assert shelf.asked < 8
