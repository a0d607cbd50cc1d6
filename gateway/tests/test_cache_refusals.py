"""What is not kept: what is somebody's own, what the service does not give away, what is no success."""

from typing import Any

import pytest
import requests

from gateway.tests.shelf import LIST, MINUTE, Shelf


@pytest.mark.parametrize(
    "sent",
    [
        {"token": "x"}, {"Authorization": "0"}, {"Authorization": "Basic eA=="}, {"Cookie": "0"}, {"Cookie": "a=b"},
        {"Content_Length": "0"},
    ],
)  # fmt: skip
def test_who_says_who_they_are_is_given_nothing_kept_and_leaves_nothing(shelf: Shelf, sent: dict[str, str]) -> None:
    shelf.put("theirs")
    assert shelf.read(**sent) == ("theirs", "BYPASS")
    shelf.put("everybody's")
    assert shelf.read() == ("everybody's", "MISS")
    shelf.put("changed")
    assert shelf.read(**sent) == ("changed", "BYPASS")
    assert shelf.read() == ("everybody's", "HIT")


@pytest.mark.parametrize(
    ("cache_control", "headers"),
    [
        (None, {}),
        (None, {"X_Accel_Expires": "60"}),
        ("no-store", {}),
        ("private, max-age=60", {}),
        ("no-cache", {}),
        ("public, max-age=0", {}),
        (MINUTE, {"Set_Cookie": "a=b"}),
        (MINUTE, {"Vary": "*"}),
        (MINUTE, {"Vary": "User-Agent"}),
        (MINUTE, {"Vary": "Accept-Encoding, Cookie"}),
    ],
)
def test_what_the_service_does_not_give_away_is_not_kept(
    shelf: Shelf, cache_control: str | None, headers: dict[str, Any]
) -> None:
    shelf.put("first", cache_control, **headers)
    assert shelf.read() == ("first", "MISS")
    shelf.put("second", cache_control, **headers)
    assert shelf.read()[0] == "second"


@pytest.mark.parametrize("status", [301, 400, 404, 410, 429, 500, 503])
def test_what_is_no_success_is_not_kept(shelf: Shelf, status: int) -> None:
    for body in ("first", "second"):
        shelf.put(body, MINUTE, status)
        answer = shelf.get()
        assert (answer.status_code, answer.text) == (status, body)


def test_an_answer_that_breaks_off_is_not_kept(shelf: Shelf) -> None:
    shelf.put("list of products")
    shelf.service.cuts = {LIST}
    with pytest.raises(requests.RequestException):
        shelf.get().raise_for_status()
    shelf.service.cuts.clear()
    assert shelf.read() == ("list of products", "MISS")


@pytest.mark.parametrize("sent", [{"token": "x"}, {"Cookie": "a=b"}])
@pytest.mark.parametrize("ours", [{}, {"ETag": '"one"'}])
def test_an_answer_of_ones_own_is_kept_by_nobody_in_between(
    shelf: Shelf, sent: dict[str, str], ours: dict[str, Any]
) -> None:
    shelf.put("theirs", **ours)
    answer = shelf.get(**sent, If_None_Match='"one"')
    assert (answer.status_code, answer.headers["X-Cache"]) == (304 if ours else 200, "BYPASS")
    assert answer.headers["Cache-Control"] == "private, no-cache"
    shelf.put("nobody's", "no-store")
    assert shelf.get(**sent).headers["Cache-Control"] == "no-store"
