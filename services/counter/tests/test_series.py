"""Sums by hour and by day: at their borders, with gaps, and as long as they are kept."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from counter.limits import Limits
from counter.repository import counters, series
from counter.repository.store import Store
from counter.spans import EPOCH, Counts, Span, Unit
from quartet.testing import TokenMaker
from services.counter.tests.valkey import Valkey

HOURS, DAYS = "quartet:hours:{ada}:coffee", "quartet:days:{ada}:coffee"


def now_of(valkey: Valkey, unit: Unit) -> int:
    with valkey.client() as redis:
        return int(redis.time()[0]) // unit.value


def read(client: FlaskClient, tokens: TokenMaker, query: str) -> Any:
    return client.get(f"/api/counters/coffee/series?{query}", headers=tokens.bearer(sub="ada"))


@pytest.fixture
def hour(store: Store, valkey: Valkey) -> int:
    """The present hour, in which coffee was counted, as in some before."""
    counters.increment(store, "ada", "coffee", 1)
    hour = now_of(valkey, Unit.HOUR)
    with valkey.client() as redis:
        redis.hset(
            HOURS, mapping={str(hour - 1): "-20", str(hour - 3): "300", str(hour - 23): "4", str(hour - 24): "5"}
        )
    return hour


def test_an_increment_is_in_its_hour_and_its_day(store: Store, valkey: Valkey) -> None:
    before = [now_of(valkey, unit) for unit in Unit]
    counters.increment(store, "ada", "coffee", 3)
    counters.increment(store, "ada", "coffee", -1)
    with valkey.client() as redis:
        found = [redis.hgetall(key) for key in (HOURS, DAYS)]
    if before == [now_of(valkey, unit) for unit in Unit]:
        assert found == [{str(number): "2"} for number in before]


def test_without_a_span_it_is_the_last_24_hours_with_zeros_in_the_gaps(
    client: FlaskClient, tokens: TokenMaker, hour: int
) -> None:
    answer = read(client, tokens, "").get_json()
    points = {point["at"]: point["sum"] for point in answer["points"]}
    begun = (EPOCH + timedelta(hours=hour)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert [answer["name"], answer["unit"], answer["from"]] == ["coffee", "hour", answer["points"][0]["at"]]
    assert list(points)[-1] == begun
    assert list(points.values()) == [4, *[0] * 19, 300, 0, -20, 1]
    assert read(client, tokens, "to=9999-12-31T23:59:59-14:00").get_json() == answer


def test_a_border_is_in_the_hour_that_begins_there_and_the_end_is_left_out(
    client: FlaskClient, tokens: TokenMaker, hour: int
) -> None:
    def sums(start: timedelta, end: timedelta) -> list[int]:
        at = EPOCH + timedelta(hours=hour)
        query = f"from={(at + start).isoformat()}&to={(at + end).isoformat()}".replace("+", "%2B")
        return [point["sum"] for point in read(client, tokens, query).get_json()["points"]]

    tick, hours = timedelta(microseconds=1), timedelta(hours=1)
    assert sums(-1 * hours, 0 * hours) == [-20]
    assert sums(-1 * hours, tick) == [-20, 1]
    assert sums(-tick, 0 * hours) == [-20]
    assert sums(-3 * hours - tick, -2 * hours) == [0, 300]
    assert sums(tick, 2 * tick) == [1]
    assert sums(0 * hours, 48 * hours) == [1]  # the future is left out
    assert sums(24 * hours, 48 * hours) == []


def test_days_are_those_of_utc(client: FlaskClient, tokens: TokenMaker, store: Store, valkey: Valkey) -> None:
    counters.increment(store, "ada", "coffee", 1)
    today = now_of(valkey, Unit.DAY)
    date = (EPOCH + timedelta(days=today)).date()
    with valkey.client() as redis:
        redis.hset(DAYS, mapping={str(today - 29): "7", str(today - 30): "8"})
    sums = [point["sum"] for point in read(client, tokens, "unit=day").get_json()["points"]]
    assert sums == [7, *[0] * 28, 1]
    for start in (f"{date}", f"{date}T02:00:00%2B02:00", f"{date - timedelta(days=1)}T23:00:00-01:00"):
        answer = read(client, tokens, f"unit=day&from={start}").get_json()
        assert answer["points"] == [{"at": f"{date}T00:00:00Z", "sum": 1}]
        assert answer["to"] == f"{date + timedelta(days=1)}T00:00:00Z"


def test_int64_is_exact_in_a_series(client: FlaskClient, tokens: TokenMaker, valkey: Valkey, hour: int) -> None:
    with valkey.client() as redis:
        redis.hset(HOURS, mapping={str(hour): str(2**63 - 1), str(hour - 1): str(-(2**63) + 1)})
    assert f'"sum":{-(2**63) + 1}' in read(client, tokens, "").text
    assert f'"sum":{2**63 - 1}' in read(client, tokens, "").text


def test_what_is_kept_no_longer_is_not_shown(store: Store, hour: int) -> None:
    limits = Limits(hours=4)
    kept = Counts(hour - 3, [300, 0, -20, 1])
    for span in (Span(), Span(hour - 100), Span(hour - 100, hour + 100)):
        assert series.read(store, "ada", "coffee", Unit.HOUR, span, limits) == kept
    assert series.read(store, "ada", "coffee", Unit.HOUR, Span(hour - 100, hour - 50), limits).counts == []


def test_no_more_is_stored_than_is_kept_and_the_newest_stay(store: Store, valkey: Valkey) -> None:
    limits = Limits(hours=5, days=7)
    for key, unit in ((HOURS, Unit.HOUR), (DAYS, Unit.DAY)):
        now = now_of(valkey, unit)
        with valkey.client() as redis:
            redis.hset(key, mapping={str(now - age): str(age) for age in range(1, 3000)})
    for _ in range(3):  # at most a thousand go at a time
        counters.increment(store, "ada", "coffee", 1, limits=limits)
    with valkey.client() as redis:
        hours, days = redis.hgetall(HOURS), redis.hgetall(DAYS)
    assert sorted(hours.values()) == ["1", "2", "3", "3", "4"]
    assert sorted(days.values()) == ["1", "2", "3", "3", "4", "5", "6"]


@pytest.mark.usefixtures("hour")
def test_there_is_no_series_of_no_counter(client: FlaskClient, tokens: TokenMaker) -> None:
    answer = client.get("/api/counters/coffee/series", headers=tokens.bearer(sub="bob"))
    assert answer.get_json()["code"] == "counter_not_found"
    assert client.get("/api/counters/a:b/series", headers=tokens.bearer(sub="bob")).status_code == 422
