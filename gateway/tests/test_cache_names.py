"""The name under which an answer is kept: its path, and each parameter that the service knows, once."""

import json
import re

import pytest

from gateway.tests.platform_under_test import GATEWAY
from gateway.tests.shelf import LIST, Shelf

RARELY_ASKED_AGAIN = {"q", "ids"}


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
