"""Forged tokens at the gateway: each is 401 for every service, though all but one thing about it is genuine."""

import json
from collections.abc import Callable

import pytest
import requests

from quartet.testing import FORGERIES, SigningKey, TokenMaker
from tests.integration.platform_choice import Platform
from tests.integration.platform_client import Api, sign_up
from tests.integration.routes import OWN_STORES, PROTECTED, call, welcome_everywhere


@pytest.fixture(scope="module")
def forger(launch_for_module: Callable[..., Platform]) -> tuple[Api, TokenMaker]:
    """A platform that signs with a key of ours, so that a forgery lacks nothing but what it is named for."""
    key = SigningKey()
    platform = launch_for_module(SIGNING_KEYS=json.dumps({"keys": [key.private_jwk]}))
    return Api(platform.url), TokenMaker(key)


def test_what_auth_issues_is_signed_with_the_given_key(forger: tuple[Api, TokenMaker]) -> None:
    api, maker = forger
    assert api.get("/.well-known/jwks.json").json()["keys"][0]["kid"] == maker.key.kid
    assert welcome_everywhere(api, sign_up(api)["access_token"])


def test_a_token_without_fault_is_taken(forger: tuple[Api, TokenMaker]) -> None:
    api, maker = forger
    for service in OWN_STORES:
        assert call(api, service, maker.token()).status_code == 200


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forged_token_is_refused_for_every_service(forger: tuple[Api, TokenMaker], forgery: str) -> None:
    api, maker = forger
    token = FORGERIES[forgery](maker)
    for service in PROTECTED:
        answer = call(api, service, token)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith('Bearer realm="quartet"')
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json()["code"] in {"token_missing", "token_invalid", "token_expired"}


@pytest.mark.parametrize("place", ["query", "cookie", "other header", "basic", "body"])
def test_a_token_elsewhere_counts_for_nothing(forger: tuple[Api, TokenMaker], place: str) -> None:
    api, maker = forger
    token = maker.token()
    answer: requests.Response = {
        "query": lambda: api.get("/api/count", params={"access_token": token, "token": token, "jwt": token}),
        "cookie": lambda: api.get("/api/count", headers={"Cookie": f"access_token_cookie={token}; token={token}"}),
        "other header": lambda: api.get("/api/count", headers={"X-Access-Token": token, "Token": token}),
        "basic": lambda: api.get("/api/count", headers={"Authorization": f"Basic {token}"}),
        "body": lambda: api.post("/api/vectors", json={"sentence": "fox", "access_token": token}),
    }[place]()
    assert answer.status_code == 401
    assert answer.json()["code"] == "token_missing"
