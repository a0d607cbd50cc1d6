"""Public reads are kept for all who ask the same and say nothing of themselves."""

import pytest

from gateway.tests.platform_under_test import Start, problem
from gateway.tests.shelf import LIST, Shelf


def test_what_one_has_read_the_next_is_given(shelf: Shelf) -> None:
    shelf.put("first")
    assert shelf.read() == ("first", "MISS")
    shelf.put("second")
    assert shelf.read() == ("first", "HIT")
    assert shelf.read("?") == ("first", "HIT")
    assert shelf.asked == 1


def test_an_answer_in_another_coding_is_another_answer(shelf: Shelf) -> None:
    shelf.put("plain", Vary="Accept-Encoding")
    assert shelf.read(Accept_Encoding="identity") == ("plain", "MISS")
    shelf.put("packed", Vary="Accept-Encoding")
    assert shelf.read(Accept_Encoding="br") == ("packed", "MISS")
    assert shelf.read(Accept_Encoding="identity") == ("plain", "HIT")


def test_each_request_has_its_own_id_and_each_origin_its_own_leave(shelf: Shelf) -> None:
    shelf.put("list", X_Request_ID="of-the-first-reader", Access_Control_Allow_Origin="*")
    first = shelf.get(Origin="https://app.example", X_Request_ID="first-reader-0001")
    second = shelf.get(X_Request_ID="second-reader-0002")
    third = shelf.get(Origin="https://evil.example")
    assert [answer.headers["X-Cache"] for answer in (first, second, third)] == ["MISS", "HIT", "HIT"]
    assert first.headers["X-Request-ID"] == "first-reader-0001"
    assert second.headers["X-Request-ID"] == "second-reader-0002"
    assert third.headers["X-Request-ID"] not in {"first-reader-0001", "of-the-first-reader"}
    assert first.headers["Access-Control-Allow-Origin"] == "https://app.example"
    for answer in (second, third):
        assert "Access-Control-Allow-Origin" not in answer.headers


def test_who_has_the_present_answer_is_told_so_by_the_gateway(shelf: Shelf) -> None:
    shelf.put("list", ETag='"one"')
    first = shelf.get()
    assert (first.headers["ETag"], first.headers["Cache-Control"]) == ('"one"', "public, no-cache")
    for tag in ('"one"', 'W/"one"', '"other", "one"', "*"):
        answer = shelf.get(If_None_Match=tag)
        assert (answer.status_code, answer.content, answer.headers["X-Cache"]) == (304, b"", "HIT")
        assert (answer.headers["ETag"], answer.headers["Cache-Control"]) == ('"one"', "public, no-cache")
    assert shelf.read(If_None_Match='"other"') == ("list", "HIT")
    assert shelf.asked == 1


@pytest.mark.parametrize("field", ["If-Match", "If-Unmodified-Since"])
def test_who_wants_a_certain_version_is_answered_by_the_service(shelf: Shelf, field: str) -> None:
    """nginx's own 412 is no problem document."""
    shelf.put("one", ETag='"1"')
    shelf.get()
    shelf.put("refused", None, 412)
    for _ in range(2):
        answer = shelf.gateway.get(LIST, headers={field: '"0"'})
        assert (answer.status_code, answer.text) == (412, "refused")
    assert field == "If-Unmodified-Since" or ("If-Match", '"0"') in shelf.service.seen[-1].headers
    assert shelf.read() == ("one", "HIT")


@pytest.mark.parametrize(
    ("fields", "body"),
    [
        (("Content-Length: 7",), b'{"q":1}'),
        (("Content-Length: 7", "Authorization: Bearer x"), b'{"q":1}'),
        (("Transfer-Encoding: chunked",), b'7\r\n{"q":1}\r\n0\r\n\r\n'),
    ],
)
def test_a_body_reaches_no_service_whose_answers_are_kept(shelf: Shelf, fields: tuple[str, ...], body: bytes) -> None:
    shelf.put("list")
    lines = [f"GET {LIST} HTTP/1.1", "Host: a", "Connection: close", *fields, "", ""]
    assert shelf.gateway.raw("\r\n".join(lines).encode() + body)[0] == 200
    (seen,) = shelf.service.seen
    assert (seen.body, seen.header("Transfer-Encoding")) == (b"", None)
    assert seen.header("Content-Length") in {None, "0"}
    assert shelf.read()[1] == "MISS"


def test_head_fills_and_reads_what_get_does(shelf: Shelf) -> None:
    shelf.put("list")
    head = shelf.get(method="HEAD")
    assert (head.content, head.headers["Content-Length"], head.headers["X-Cache"]) == (b"", "4", "MISS")
    assert shelf.read() == ("list", "HIT")
    assert shelf.get(method="HEAD").headers["X-Cache"] == "HIT"
    assert [seen.method for seen in shelf.service.seen] == ["GET"]


def test_what_is_not_kept_by_design_says_nothing_of_a_cache(start: Start) -> None:
    gateway = start()
    shelf = Shelf(gateway)
    answers = [
        gateway.get("/api/ping"),
        gateway.get("/api/products/my", gateway.auth.keys[0].token()),
        gateway.get("/nothing"),
        gateway.request("POST", LIST, gateway.auth.keys[0].token()),
        gateway.request("OPTIONS", LIST),
    ]
    shelf.service.stop()
    answers.append(shelf.get("?limit=9"))
    assert problem(answers[-1])["code"] == "upstream_failed"
    for answer in answers:
        assert "X-Cache" not in answer.headers


def test_a_new_gateway_has_nothing_of_the_one_before(start: Start) -> None:
    shelf = Shelf(start())
    shelf.put("list")
    shelf.read()
    shelf.gateway.stop()
    shelf.gateway.start()
    shelf.put("new list")
    assert shelf.read() == ("new list", "MISS")
