"""counter as its callers meet it."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from quartet.testing import TokenMaker
from services.counter.tests.valkey import Valkey

LARGEST = 2**63 - 1
STEP = 2**31


def increment(client: FlaskClient, headers: dict[str, str], name: str = "coffee", **body: Any) -> Any:
    return client.post(f"/api/counters/{name}/increment", json=body, headers=headers)


def test_anybody_may_ping(client: FlaskClient) -> None:
    assert client.get("/api/ping").get_json() == {"status": "ok"}


def test_every_visit_counts(client: FlaskClient, tokens: TokenMaker) -> None:
    answers = [client.get("/api/count", headers=tokens.bearer()) for _ in range(3)]
    assert [answer.get_json() for answer in answers] == [{"visits": 1}, {"visits": 2}, {"visits": 3}]
    assert answers[0].headers["Cache-Control"] == "no-store"


def test_a_counter_is_made_by_its_first_increment(client: FlaskClient, tokens: TokenMaker) -> None:
    headers = tokens.bearer()
    missing = client.get("/api/counters/coffee", headers=headers)
    assert missing.status_code == 404
    assert missing.get_json()["code"] == "counter_not_found"
    assert client.post("/api/counters/coffee/increment", headers=headers).get_json() == {"name": "coffee", "value": 1}
    assert increment(client, headers, by=0.0).get_json()["value"] == 1
    assert increment(client, headers, by=-3).get_json()["value"] == -2
    assert client.get("/api/counters/coffee", headers=headers).get_json() == {"name": "coffee", "value": -2}


def test_users_have_counters_of_their_own(client: FlaskClient, tokens: TokenMaker) -> None:
    ada, bob = tokens.bearer(sub="ada"), tokens.bearer(sub="bob")
    increment(client, ada)
    assert client.get("/api/counters/coffee", headers=bob).status_code == 404


@pytest.mark.parametrize("sign", [1, -1])
def test_a_counter_never_leaves_int64(client: FlaskClient, tokens: TokenMaker, valkey: Valkey, sign: int) -> None:
    headers = tokens.bearer(sub="ada")
    edge = LARGEST if sign > 0 else -LARGEST - 1
    increment(client, headers, by=0)
    valkey.client().hset("quartet:counters:{ada}", "coffee", str(edge - sign))
    assert increment(client, headers, by=sign).get_json()["value"] == edge
    refused = increment(client, headers, by=sign * STEP)
    assert refused.status_code == 409
    assert refused.get_json()["code"] == "counter_overflow"
    assert client.get("/api/counters/coffee", headers=headers).get_json()["value"] == edge


@pytest.mark.parametrize("by", [STEP + 1, -STEP - 1, 1.5, "1", True, None, [1], 1e300])
def test_a_step_is_an_integer_within_bounds(client: FlaskClient, tokens: TokenMaker, by: object) -> None:
    answer = increment(client, tokens.bearer(), by=by)
    assert answer.status_code == 422
    assert {error["field"] for error in answer.get_json()["errors"]} == {"by"}


@pytest.mark.parametrize("name", ["x" * 65, "a b", "é", "a:b", "{a}", "a%00b", "a%0A", ".", ".."])
def test_a_bad_name_is_named(client: FlaskClient, tokens: TokenMaker, name: str) -> None:
    for answer in (
        increment(client, tokens.bearer(), name),
        client.get(f"/api/counters/{name}", headers=tokens.bearer()),
    ):
        assert answer.status_code == 422
        assert answer.get_json()["errors"][0]["field"] == "name"


@pytest.mark.parametrize("name", ["x" * 64, "...", "A-b_c.9"])
def test_a_good_name_is_taken(client: FlaskClient, tokens: TokenMaker, name: str) -> None:
    assert increment(client, tokens.bearer(), name).get_json()["name"] == name


def test_a_forged_token_is_refused(client: FlaskClient, forged_token: str) -> None:
    answer = client.get("/api/count", headers={"Authorization": f"Bearer {forged_token}"})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert answer.mimetype == "application/problem+json"


def test_without_the_store_it_says_so_and_recovers_by_itself(
    client: FlaskClient, tokens: TokenMaker, valkey: Valkey
) -> None:
    headers = tokens.bearer()
    increment(client, headers, by=5)
    valkey.stop()
    away = increment(client, headers)
    assert away.status_code == 503
    assert away.mimetype == "application/problem+json"
    assert away.headers["Retry-After"] == "1"
    assert client.get("/health/ready").status_code == 503
    assert client.get("/health/live").status_code == 200
    assert client.get("/api/ping").status_code == 200
    valkey.start()
    assert client.get("/health/ready").status_code == 200
    assert increment(client, headers).get_json()["value"] == 6


@pytest.mark.parametrize(
    "trouble",
    [["REPLICAOF", "127.0.0.1", "1"], ["CONFIG", "SET", "maxmemory", "1"], ["CLIENT", "PAUSE", "60000"]],
    ids=["read-only", "out of memory", "hanging"],
)
def test_a_store_that_cannot_count_is_away_too(
    client: FlaskClient, tokens: TokenMaker, valkey: Valkey, trouble: list[str]
) -> None:
    headers = tokens.bearer()
    increment(client, headers)
    with valkey.client() as redis:
        redis.execute_command(*trouble)
    answer = increment(client, headers)
    assert answer.status_code == 503
    assert answer.get_json()["code"] == "unavailable"
