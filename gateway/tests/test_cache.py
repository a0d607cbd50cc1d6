"""Public reads are kept for as long as the service says, for all who ask the same and say nothing of themselves."""

import json
import re
import time
from collections.abc import Iterator
from contextlib import ExitStack
from threading import Event
from typing import Any

import pytest
import requests

from gateway.tests.platform_under_test import GATEWAY, Gateway, Start, problem, running
from quartet.testing.waiting import eventually

LIST = "/api/products"
MINUTE = "public, max-age=60"
RARELY_ASKED_AGAIN = {"q", "ids"}


class Shelf:
    """catalog's list, which a test puts there; and how often the service was asked for it."""

    def __init__(self, gateway: Gateway) -> None:
        self.gateway = gateway
        self.service = gateway.services["catalog"]

    def put(self, body: str, cache_control: str | None = MINUTE, status: int = 200, **headers: Any) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        kept = {} if cache_control is None else {"Cache-Control": cache_control}
        self.service.answers[LIST] = (status, {"Content-Type": "application/json", **kept, **named}, body.encode())

    def get(self, query: str = "", method: str = "GET", token: str | None = None, **headers: str) -> requests.Response:
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.gateway.request(method, LIST + query, token, headers=fields)

    def read(self, query: str = "", **headers: Any) -> tuple[str, str]:
        answer = self.get(query, **headers)
        return answer.text, answer.headers["X-Cache"]

    @property
    def asked(self) -> int:
        return len(self.service.seen)

    def expired(self, how: str) -> None:
        """Wait until a reader is given something else than a fresh copy, and this is how."""
        seen: str = eventually(lambda: (state := self.read()[1]) != "HIT" and state)
        assert seen == how


@pytest.fixture(scope="module")
def caching_gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    with running(tmp_path_factory.mktemp("gateway"), WORKERS="1", CORS_ORIGINS="https://app.example") as gateway:
        yield gateway


@pytest.fixture
def shelf(caching_gateway: Gateway) -> Shelf:
    """A shelf of which nobody has read anything yet."""
    shelf = Shelf(caching_gateway)
    for kept in (caching_gateway.folder / "run/cache").rglob("*"):
        if kept.is_file():
            kept.unlink()
    shelf.service.seen.clear()
    shelf.service.answers.clear()
    shelf.service.delays.clear()
    return shelf


def test_what_one_has_read_the_next_is_given(shelf: Shelf) -> None:
    shelf.put("first")
    assert shelf.read() == ("first", "MISS")
    shelf.put("second")
    assert shelf.read() == ("first", "HIT")
    assert shelf.read("?") == ("first", "HIT")
    assert shelf.asked == 1


def test_the_order_of_parameters_makes_no_difference_and_everything_else_does(shelf: Shelf) -> None:
    queries = ["", "?limit=5", "?limit=6", "?cursor=5", "?limit=5&cursor=a", "?limit=5&cursor=A", "?limit=5%26cursor"]
    for query in queries:
        shelf.put(query)
        assert shelf.read(query) == (query, "MISS")
    for query in queries:
        assert shelf.read(query) == (query, "HIT")
    assert shelf.read("?cursor=a&limit=5") == ("?limit=5&cursor=a", "HIT")
    assert shelf.read("/7")[1] == "MISS"


@pytest.mark.parametrize(
    "query",
    [
        "?x=1", "?limit=5&x=1", "?limit=5&limit=6", "?cursor=a&limit=5&cursor=b", "?limit=", "?limit", "?LIMIT=5",
        "?limit=5&", "?&limit=5", "?limit=5&&cursor=a", "?%6cimit=5", "?limit=5;cursor=a", "?limit=5=6", "?limits=5",
        "?limit=5&cursor=", "??limit=5",
    ],
)  # fmt: skip
def test_a_query_that_the_service_may_read_in_its_own_way_is_passed_on_each_time(shelf: Shelf, query: str) -> None:
    shelf.put("right")
    for kept in ("", "?limit=5", "?limit=5&cursor=a"):
        shelf.read(kept)
    shelf.put("its own")
    before = shelf.asked
    for _ in range(2):
        _, headers, body = shelf.gateway.raw_path(LIST + query)
        assert (body, headers["x-cache"]) == (b"its own", "BYPASS")
    assert [seen.path for seen in shelf.service.seen[before:]] == [LIST + query] * 2
    assert shelf.read("?limit=5") == ("right", "HIT")


def test_what_follows_a_number_sign_is_not_kept_as_if_it_were_not_there(shelf: Shelf) -> None:
    shelf.put("another's")
    assert shelf.gateway.raw_path(LIST + "?limit=5#&cursor=evil")[0] == 400
    shelf.put("right")
    assert shelf.read("?limit=5") == ("right", "MISS")


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


def test_the_parameters_that_name_an_answer_are_those_that_the_service_knows() -> None:
    document = json.loads((GATEWAY.parent / "services/catalog/openapi.json").read_text())
    for line in (GATEWAY / "routes.table").read_text().splitlines():
        words = [word for word in line.split()[6:] if word.startswith("cache")]
        if words and not line.startswith("#"):
            known = {
                parameter["name"]
                for path, methods in document["paths"].items()
                if re.sub(r"{\w+}", "{id}", path) == line.split()[1]
                for parameter in methods["get"]["parameters"]
                if parameter["in"] == "query"
            }
            named = set(filter(None, words[0].partition("=")[2].split(",")))
            assert known - named <= RARELY_ASKED_AGAIN
            assert named <= known


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


def test_who_wants_a_version_that_is_not_there_any_more_is_told_by_the_gateway(shelf: Shelf) -> None:
    shelf.put("one", ETag='"1"')
    shelf.get()
    assert problem(shelf.get(If_Match='"0"'))["code"] == "precondition_failed"
    assert shelf.get(If_Match='"1"').text == "one"


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
