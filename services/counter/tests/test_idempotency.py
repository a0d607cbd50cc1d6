"""Increments with an Idempotency-Key count once."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask.testing import FlaskClient

from counter.errors import CounterOverflow, TooManyKeys
from counter.limits import Limits
from counter.repository import counters, series
from counter.repository.counters import Counted, Once
from counter.repository.store import Store
from counter.spans import Span, Unit
from quartet.idempotency import LIFETIME, IdempotencyKeyReused
from quartet.testing import TokenMaker
from services.counter.tests.valkey import Valkey

LARGEST = 2**63 - 1


def test_fifty_calls_with_one_key_count_once(store: Store) -> None:
    counters.increment(store, "ada", "coffee", 1)
    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(lambda _: counters.increment(store, "ada", "coffee", 7, Once("key", "seven")), range(50)))
    assert sorted(found, key=lambda each: each.replayed) == [Counted(8)] + [Counted(8, replayed=True)] * 49
    assert counters.value(store, "ada", "coffee") == 8
    assert sum(series.read(store, "ada", "coffee", Unit.HOUR, Span(), Limits()).counts) == 8


def test_a_key_belongs_to_one_counter_of_one_user_and_to_one_request(store: Store, valkey: Valkey) -> None:
    for owner, name in (("ada", "coffee"), ("ada", "tea"), ("bob", "coffee")):
        assert counters.increment(store, owner, name, 7, Once("key", "seven")) == Counted(7)
    with pytest.raises(IdempotencyKeyReused):
        counters.increment(store, "ada", "coffee", 8, Once("key", "eight"))
    assert counters.value(store, "ada", "coffee") == 7
    with valkey.client() as redis:
        (record,) = redis.keys("quartet:once:{ada}:coffee:*")
        assert LIFETIME - 60 < redis.ttl(record) <= LIFETIME


def test_a_refused_increment_leaves_no_record(store: Store, valkey: Valkey) -> None:
    counters.increment(store, "ada", "coffee", 0)
    with valkey.client() as redis:
        redis.hset("quartet:counters:{ada}", "coffee", str(LARGEST))
        with pytest.raises(CounterOverflow):
            counters.increment(store, "ada", "coffee", 1, Once("key", "one"))
        redis.hset("quartet:counters:{ada}", "coffee", "1")
    assert counters.increment(store, "ada", "coffee", 1, Once("key", "one")) == Counted(2)


def test_a_user_has_so_many_keys_in_a_day_and_replays_are_free(store: Store, valkey: Valkey) -> None:
    limits = Limits(keyed=2)
    for key in ("a", "b", "a", "b"):
        counters.increment(store, "ada", "coffee", 1, Once(key, "one"), limits)
    with pytest.raises(TooManyKeys) as refused:
        counters.increment(store, "ada", "tea", 1, Once("c", "one"), limits)
    assert LIFETIME - 60 < refused.value.retry_after <= LIFETIME
    assert counters.increment(store, "ada", "coffee", 1, limits=limits) == Counted(3)
    assert counters.increment(store, "bob", "coffee", 1, Once("c", "one"), limits) == Counted(1)
    with valkey.client() as redis:
        assert redis.ttl("quartet:keyed:{ada}") > LIFETIME - 60
        redis.delete("quartet:keyed:{ada}")  # as when its time is over
    assert counters.increment(store, "ada", "tea", 1, Once("c", "one"), limits) == Counted(1)


def test_what_a_key_stands_for_is_the_meaning_of_the_body(client: FlaskClient, tokens: TokenMaker) -> None:
    headers = tokens.bearer(sub="ada") | {"Idempotency-Key": "one"}

    def send(body: str, key: str = "one") -> Any:
        sent = headers | {"Idempotency-Key": key}
        return client.post("/api/counters/coffee/increment", data=body, content_type="application/json", headers=sent)

    first, *others = [send(body) for body in ("", "{}", '{"by": 1}', '{"by":1.0}', '{"by":1e0}')]
    assert "Idempotency-Replayed" not in first.headers
    assert {answer.headers["Idempotency-Replayed"] for answer in others} == {"true"}
    assert {answer.text for answer in (first, *others, send("{}", key='"one"'))} == {'{"name":"coffee","value":1}'}
    for other in ('{"by":2}', '{"by":0}', '{"by":-1}'):
        refused = send(other)
        assert (refused.status_code, refused.get_json()["code"]) == (422, "idempotency_key_reused")
    assert send("{}", key="x" * 256).get_json()["errors"][0]["field"] == "Idempotency-Key"
    assert client.get("/api/counters/coffee", headers=headers).get_json()["value"] == 1
