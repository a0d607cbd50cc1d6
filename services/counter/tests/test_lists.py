"""The list of counters: whole, in order, page by page."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from counter.repository import counters
from counter.repository.store import Store
from quartet.testing import TokenMaker


@pytest.fixture
def names(store: Store) -> list[str]:
    names = [*"aAbBzZ09_-", "...", "a.b", "a-b", "a_b", "aa", "aaa", "a" * 64, "z" * 64, "Z9", "zz"]
    for name in names:
        counters.increment(store, "ada", name, len(name))
    return sorted(names)


def walk(client: FlaskClient, headers: dict[str, str], **query: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while len(found) < 1000:
        page = client.get("/api/counters", headers=headers, query_string=query).get_json()
        found += page["items"]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    return found


@pytest.mark.parametrize("limit", ["1", "7", "20", "100"])
def test_pages_hold_every_counter_once_and_in_order(
    client: FlaskClient, tokens: TokenMaker, names: list[str], limit: str
) -> None:
    assert walk(client, tokens.bearer(sub="ada"), limit=limit) == [{"name": n, "value": len(n)} for n in names]
    assert walk(client, tokens.bearer(sub="bob"), limit=limit) == []


@pytest.mark.parametrize("prefix", ["a", "a.", "z", ".", "none", "_"])
def test_a_prefix_leaves_the_others_out(client: FlaskClient, tokens: TokenMaker, names: list[str], prefix: str) -> None:
    found = [each["name"] for each in walk(client, tokens.bearer(sub="ada"), limit="2", prefix=prefix)]
    assert found == [name for name in names if name.startswith(prefix)]


@pytest.mark.usefixtures("names")
def test_a_cursor_from_before_a_prefix_leads_to_its_begin(client: FlaskClient, tokens: TokenMaker) -> None:
    headers = tokens.bearer(sub="ada")
    cursor = client.get("/api/counters?limit=1", headers=headers).get_json()["next_cursor"]
    found = walk(client, headers, prefix="z", cursor=cursor)
    assert [each["name"] for each in found] == ["z", "zz", "z" * 64]


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=101", "limit=x", "cursor=x", "prefix=%7F", "prefix=a%0A", "prefix=%5B", "order=name", "limit="],
)
def test_a_query_that_breaks_a_rule_names_its_field(client: FlaskClient, tokens: TokenMaker, query: str) -> None:
    answer = client.get(f"/api/counters?{query}", headers=tokens.bearer())
    assert answer.status_code == 422
    assert [error["field"] for error in answer.get_json()["errors"]] == [query.partition("=")[0]]
