"""What the gateway itself refuses, as OpenAI's client for Python understands it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import openai
import pytest

from gateway.tests.platform_under_test import Gateway, Start

ONE = {"object": "embedding", "index": 0, "embedding": "AACAPwAAAEA="}
ANSWER = {"object": "list", "data": [ONE], "model": "m", "usage": {"prompt_tokens": 1, "total_tokens": 1}}


@contextmanager
def client_of(gateway: Gateway, key: str, retries: int = 0) -> Iterator[openai.OpenAI]:
    answer = 200, {"Content-Type": "application/json"}, json.dumps(ANSWER).encode()
    gateway.services["vectors"].answers["/v1/embeddings"] = answer
    http = openai.DefaultHttpxClient(trust_env=False)
    url = f"{gateway.url}/v1"
    with openai.OpenAI(base_url=url, api_key=key, max_retries=retries, http_client=http) as client:
        yield client


def embed(client: openai.OpenAI) -> list[float]:
    return client.embeddings.create(model="m", input="fox").data[0].embedding


def test_a_good_token_is_a_good_key(gateway: Gateway) -> None:
    with client_of(gateway, gateway.auth.keys[0].token()) as client:
        assert list(embed(client)) == [1, 2]


@pytest.mark.parametrize(
    ("token", "code", "message"),
    [
        ("sk-none-of-ours", "token_invalid", "The access token is not valid."),
        ("expired", "token_expired", "The access token has expired; get a new one with the refresh token."),
        ("ended", "token_revoked", "The session of this access token has ended; log in again."),
    ],
)
def test_a_bad_token_is_an_authentication_error_that_says_what_to_do(
    gateway: Gateway, token: str, code: str, message: str
) -> None:
    key = gateway.auth.keys[0]
    gateway.auth.feed.append("session.revoked", "ended")
    gateway.pulled()
    made = {"expired": key.token(iat=1, nbf=1, exp=2), "ended": key.token(sid="ended")}.get(token, token)
    with client_of(gateway, made) as client, pytest.raises(openai.AuthenticationError) as refused:
        embed(client)
    assert (refused.value.code, refused.value.type) == (code, "invalid_request_error")
    assert message in refused.value.message


def test_too_many_requests_are_a_rate_limit_error_that_the_client_waits_out(start: Start) -> None:
    gateway = start(RATE_LIMIT_FACTOR="1", LIMIT_USER="1r/s")
    with client_of(gateway, gateway.auth.keys[0].token(sub="ada")) as hasty:
        with pytest.raises(openai.RateLimitError, match="wait for the seconds that Retry-After gives") as limited:
            [embed(hasty) for _ in range(100)]  # of those that one second sees, the second is too many
        assert limited.value.response.headers["Retry-After"] == "1"
        assert (limited.value.code, limited.value.type) == ("rate_limited", "requests")
    with client_of(gateway, gateway.auth.keys[0].token(sub="ada"), retries=5) as patient:
        assert [list(embed(patient)) for _ in range(2)] == [[1, 2]] * 2


def test_a_service_that_is_away_is_an_internal_server_error(start: Start) -> None:
    gateway = start()
    with client_of(gateway, gateway.auth.keys[0].token()) as client:
        gateway.services["vectors"].stop()
        with pytest.raises(openai.InternalServerError, match="cannot be reached") as away:
            embed(client)
    assert (away.value.status_code, away.value.type) == (502, "server_error")
    assert away.value.response.headers["Retry-After"] == "1"


def test_a_gateway_without_keys_is_an_internal_server_error(start: Start) -> None:
    gateway = start(with_auth=False)
    with (
        client_of(gateway, gateway.auth.keys[0].token()) as client,
        pytest.raises(openai.InternalServerError, match="signing keys and revocations") as starting,
    ):
        embed(client)
    assert (starting.value.status_code, starting.value.code) == (503, "not_ready")


def test_a_body_beyond_the_limit_is_told_before_it_is_sent(gateway: Gateway) -> None:
    with client_of(gateway, gateway.auth.keys[0].token()) as client:
        with pytest.raises(openai.APIStatusError, match="longer than this route takes") as large:
            client.embeddings.create(model="m", input="x" * 6 * 2**20)
        assert (large.value.status_code, large.value.type) == (413, "invalid_request_error")
