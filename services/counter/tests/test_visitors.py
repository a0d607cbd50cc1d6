"""Unique visitors: each day and in all, estimated as well as the documents say."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from counter.errors import StoreUnavailable
from counter.limits import Limits
from counter.repository import visitors
from counter.repository.store import Store
from counter.spans import EPOCH, Counts, Span
from quartet.testing import TokenMaker
from services.counter.tests.valkey import Valkey

LIMITS = Limits()
PATH = "/api/counters/coffee/visitors"


def day_key(day: int) -> str:
    return f"quartet:visitors:{{ada}}:coffee:{day}"


def visit(client: FlaskClient, tokens: TokenMaker, visitor: object) -> Any:
    body = json.dumps({"visitor": visitor})
    return client.post(PATH, data=body, content_type="application/json", headers=tokens.bearer(sub="ada"))


def test_who_comes_again_counts_once(client: FlaskClient, tokens: TokenMaker) -> None:
    counted = [
        visit(client, tokens, visitor).get_json()["total"]
        for visitor in ("x", "y", "x", "X", "x ", "\u00e9", "e\u0301")
    ]
    assert counted == [1, 2, 2, 3, 4, 5, 6]
    answer = client.get(PATH, headers=tokens.bearer(sub="ada")).get_json()
    today = (EPOCH + timedelta(days=visitors.today())).date()
    assert answer["days"][-1] == {"date": str(today), "visitors": 6}
    assert [day["visitors"] for day in answer["days"][:-1]] == [0] * 29
    assert [answer["total"], answer["to"]] == [6, str(today + timedelta(days=1))]


def test_the_first_visitor_makes_the_counter_and_none_changes_it(client: FlaskClient, tokens: TokenMaker) -> None:
    headers = tokens.bearer(sub="ada")
    assert client.get(PATH, headers=headers).status_code == 404
    assert visit(client, tokens, "x").get_json() == {"name": "coffee", "today": 1, "total": 1}
    assert client.get("/api/counters", headers=headers).get_json()["items"] == [{"name": "coffee", "value": 0}]
    client.post("/api/counters/coffee/increment", headers=headers)
    visit(client, tokens, "y")
    assert client.get("/api/counters/coffee", headers=headers).get_json()["value"] == 1


def test_days_are_counted_apart_and_in_all_together(store: Store, valkey: Valkey) -> None:
    visitors.add(store, "ada", "coffee", "x", LIMITS)
    today = visitors.today()
    with valkey.client() as redis:
        redis.pfadd(day_key(today - 1), *(visitors.digest_of("ada", "coffee", visitor) for visitor in "xyz"))
        redis.pfadd(day_key(today - 3), "w")
    assert visitors.add(store, "ada", "coffee", "y", LIMITS) == visitors.Unique(today=2, total=2)
    assert visitors.read(store, "ada", "coffee", Span(today - 3), LIMITS) == (2, Counts(today - 3, [1, 0, 3, 2]))
    assert visitors.read(store, "ada", "coffee", Span(today - 2, today), LIMITS)[1] == Counts(today - 2, [0, 3])
    short = Limits(visitor_days=2)
    assert visitors.read(store, "ada", "coffee", Span(today - 9), short)[1] == Counts(today - 1, [3, 2])
    assert visitors.read(store, "ada", "coffee", Span(today + 1), LIMITS)[1].counts == []


def test_a_day_ends_by_itself_when_it_is_no_longer_shown(store: Store, valkey: Valkey) -> None:
    visitors.add(store, "ada", "coffee", "x", Limits(visitor_days=3))
    with valkey.client() as redis:
        (key,) = redis.keys(day_key(0)[:-1] + "*")
        assert redis.expiretime(key) == (int(key.rpartition(":")[2]) + 3) * 86400
        assert redis.ttl("quartet:visitors:{ada}:coffee") == -1


def test_the_standard_error_is_what_the_documents_say(store: Store, valkey: Valkey) -> None:
    visitors.add(store, "ada", "coffee", "0", LIMITS)
    with valkey.client() as redis:
        for block in range(20):
            redis.pfadd("quartet:visitors:{ada}:coffee", *(str(n) for n in range(block * 5000, block * 5000 + 5000)))
    total, _ = visitors.read(store, "ada", "coffee", Span(), LIMITS)
    assert abs(total - 100_000) < 3 * 0.0081 * 100_000


def test_redis_writes_down_no_visitor_in_clear(store: Store, valkey: Valkey, tmp_path: Path) -> None:
    with valkey.client() as redis:
        redis.config_set("slowlog-log-slower-than", 0)
        visitors.add(store, "ada", "coffee", "mary@example.org", LIMITS)
        assert "mary" not in str(redis.slowlog_get(100))
    written = b"".join(file.read_bytes() for file in tmp_path.rglob("*.aof"))
    digest = visitors.digest_of("ada", "coffee", "mary@example.org").encode()
    assert b"mary" not in written
    assert digest in written


def test_a_visitor_is_another_in_each_counter_of_each_user() -> None:
    whose = (("ada", "coffee", "x"), ("bob", "coffee", "x"), ("ada", "tea", "x"), ("ada", "coffeex", ""))
    assert len({visitors.digest_of(*each) for each in whose}) == len(whose)


@pytest.mark.parametrize("visitor", ["", "x" * 201, 5, None, ["x"], "a\0b", "\ud800"])
def test_a_visitor_is_a_text_within_bounds(client: FlaskClient, tokens: TokenMaker, visitor: object) -> None:
    answer = visit(client, tokens, visitor)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.get_json()["errors"]] == ["visitor"]
    assert client.get(PATH, headers=tokens.bearer(sub="ada")).status_code == 404


@pytest.mark.parametrize("visitor", ["x", "x" * 200, "😀" * 200, " ", "\n"])
def test_any_other_text_is_a_visitor(client: FlaskClient, tokens: TokenMaker, visitor: str) -> None:
    assert visit(client, tokens, visitor).get_json()["total"] == 1


def test_a_clock_that_is_days_away_counts_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    visitors.add(store, "ada", "coffee", "x", LIMITS)
    today = visitors.today()
    for away in (1, -1):
        monkeypatch.setattr(visitors, "today", lambda day=today + away: day)
        assert visitors.add(store, "ada", "coffee", "x", LIMITS).total == 1
        assert visitors.read(store, "ada", "coffee", Span(today), LIMITS) == (1, Counts(today, [1]))
    for away in (2, -2, 1000):
        monkeypatch.setattr(visitors, "today", lambda day=today + away: day)
        with pytest.raises(StoreUnavailable):
            visitors.add(store, "ada", "coffee", "y", LIMITS)
