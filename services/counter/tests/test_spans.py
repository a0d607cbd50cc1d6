"""Spans of time that are refused, and why."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from counter.repository import counters
from counter.repository.store import Store
from quartet.testing import TokenMaker


def read(client: FlaskClient, tokens: TokenMaker, query: str) -> Any:
    return client.get(f"/api/counters/coffee/series?{query}", headers=tokens.bearer(sub="ada"))


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("unit=week", "unit"),
        ("from=2026-11-21T00:00:00Z&to=2026-11-21T00:00:00Z", "to"),
        ("from=2026-11-22&to=2026-11-21", "to"),
        ("from=yesterday", "from"),
        ("from=1700000000", "from"),
        ("to=2026-11-21T10:00:00", "to"),
        ("to=2026-02-30", "to"),
        ("to=2026-11-21T10:00:00%2B23:60", "to"),
        ("from=2026-11-21T10:00:00+01:00", "from"),
        ("from=٢٠٢٦-11-21", "from"),
        ("from=0001-01-01T00:00:00%2B14:00&unit=day", "from"),
        ("to=9999-12-31T23:59:59-14:00&from=1970-01-01", "from"),
        ("since=2026-11-21", "since"),
    ],
)
def test_a_span_that_breaks_a_rule_names_its_field(
    client: FlaskClient, tokens: TokenMaker, store: Store, query: str, field: str
) -> None:
    counters.increment(store, "ada", "coffee", 1)
    answer = read(client, tokens, query)
    assert answer.status_code == 422
    (error,) = answer.get_json()["errors"]
    assert error["field"] == field
    assert "timedelta" not in error["message"]


def test_a_span_has_at_most_a_thousand_points(client: FlaskClient, tokens: TokenMaker, store: Store) -> None:
    counters.increment(store, "ada", "coffee", 1)
    start = datetime(2026, 1, 1, tzinfo=UTC)
    for points, status in ((1000, 200), (1001, 422)):
        end = (start + timedelta(hours=points)).strftime("%Y-%m-%dT%H:%M:%SZ")
        assert read(client, tokens, f"from=2026-01-01&to={end}").status_code == status
