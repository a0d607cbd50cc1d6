"""One request is one question to Redis, whatever it does there, and never reaches beyond the keys that it names."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from devtools.deployment_secrets import redis_account
from quartet.testing import TokenMaker
from services.counter.tests.valkey import Valkey

REQUESTS = (
    "GET /api/count",
    "POST /api/counters/coffee/increment",
    "POST /api/counters/coffee/increment again",
    "GET /api/counters",
    "GET /api/counters/coffee",
    "GET /api/counters/coffee/series",
    "GET /api/counters/coffee/series?unit=day",
    "POST /api/counters/coffee/visitors",
    "GET /api/counters/coffee/visitors",
    "DELETE /api/counters/coffee",
)


@pytest.fixture
def call(client: FlaskClient, tokens: TokenMaker) -> Callable[[str], int]:
    """`call("GET /path")`; increments carry the key that their third word is."""

    def call(request: str) -> int:
        method, path, *key = request.split()
        headers = tokens.bearer(sub="ada") | ({"Idempotency-Key": key[0]} if key else {})
        body = {"visitor": "x"} if path.endswith("visitors") and method == "POST" else None
        return client.open(path, method=method, json=body, headers=headers).status_code

    return call


def test_each_request_is_one_question(call: Callable[[str], int], valkey: Valkey) -> None:
    statuses = [call(request) for request in REQUESTS]
    assert statuses == [200] * 9 + [204]
    call("POST /api/counters/coffee/increment another")
    with valkey.client() as marker, valkey.client().monitor() as monitor:  # type: ignore[no-untyped-call]
        for request in REQUESTS:
            marker.echo(f"before {request}")
            call(request)
        marker.echo("end")
        asked: dict[str, list[str]] = {}
        now: list[str] = []
        for heard in monitor.listen():
            if heard["command"] == "ECHO end":
                break
            if heard["command"].startswith("ECHO before "):
                now = asked.setdefault(heard["command"].removeprefix("ECHO before "), [])
            elif heard["client_type"] != "lua":
                now.append(heard["command"].split()[0])
    singles = {"GET /api/count": ["INCRBY"], "GET /api/counters/coffee": ["HGET"]}
    assert asked == {request: singles.get(request, ["EVALSHA"]) for request in REQUESTS}


def test_a_script_that_redis_has_forgotten_is_given_again(call: Callable[[str], int], valkey: Valkey) -> None:
    for request in REQUESTS:
        with valkey.client() as redis:
            redis.script_flush()
        assert call(request) in (200, 204)
    assert call("GET /api/counters/coffee") == 404


def test_the_account_of_a_deployment_may_do_all_that_counter_does(valkey: Valkey, call: Callable[[str], int]) -> None:
    rules = re.findall("^user counter (.*)$", redis_account("redis")["redis_users"], re.MULTILINE)[0].split()
    with valkey.client() as redis:
        redis.execute_command(
            "ACL",
            "SETUSER",
            "default",
            "resetkeys",
            "resetchannels",
            *[rule for rule in rules if not rule.startswith("#")],
        )
    assert [call(request) for request in REQUESTS] == [200] * 9 + [204]
