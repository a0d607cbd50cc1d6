"""Forged tokens at the gateway: each is 401 for every service, though all but one thing about it is genuine."""

import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
import requests

from quartet.testing import FORGERIES, SigningKey, TokenMaker
from quartet.testing.waiting import eventually
from tests.integration.attacks.wire import ask
from tests.integration.conftest import launcher
from tests.integration.platform_choice import Platform, kind_of_platform
from tests.integration.platform_client import Api, sign_up
from tests.integration.routes import OWN_STORES, PROTECTED, call, welcome_everywhere

OWN = SigningKey()
NOT_OURS = kind_of_platform() == "deployed"
only_where_the_key_is_ours = pytest.mark.skipif(NOT_OURS, reason="needs a platform with our key")


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """A platform that signs with a key of ours, so that a forgery lacks nothing but what it is named for."""
    with ExitStack() as ended:
        settings = {} if NOT_OURS else {"SIGNING_KEYS": json.dumps({"keys": [OWN.private_jwk]})}
        yield launcher(tmp_path_factory, ended)(**settings)


@pytest.fixture
def maker(api: Api) -> TokenMaker:
    """Signs with the platform's key; where that is not ours, with another of the same name."""
    kid = api.get("/.well-known/jwks.json").json()["keys"][0]["kid"]
    return TokenMaker(OWN if kid == OWN.kid else SigningKey(kid))


@pytest.fixture(scope="module")
def known(platform: Platform) -> str:
    """A good token that the gateway has verified before, and lets pass by a shorter way since."""
    api = Api(platform.url)
    token = sign_up(api)["access_token"]
    assert [api.get("/api/count", token=token).status_code for _ in range(8)] == [200] * 8
    api.session.close()
    return token


@only_where_the_key_is_ours
def test_what_auth_issues_is_signed_with_the_given_key(api: Api, maker: TokenMaker) -> None:
    assert maker.key is OWN
    assert welcome_everywhere(api, sign_up(api)["access_token"])


@only_where_the_key_is_ours
def test_a_token_without_fault_is_taken(api: Api, maker: TokenMaker) -> None:
    for service in OWN_STORES:
        assert call(api, service, maker.token()).status_code == 200


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forged_token_is_refused_for_every_service(api: Api, maker: TokenMaker, forgery: str) -> None:
    token = FORGERIES[forgery](maker)
    for service in PROTECTED:
        answer = call(api, service, token)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith('Bearer realm="quartet"')
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json()["code"] in {"token_missing", "token_invalid", "token_expired"}


@only_where_the_key_is_ours
def test_no_forged_token_gets_as_far_as_a_service(
    api: Api, maker: TokenMaker, reached_a_service: Callable[[set[str], str], set[str]]
) -> None:
    forged = {f"forged-{secrets.token_hex(8)}": forge(maker) for forge in FORGERIES.values()}
    for request_id, token in forged.items():
        for method, path, body in PROTECTED.values():
            headers = {"X-Request-ID": request_id}
            assert api.request(method, path, token=token, json=body, headers=headers).status_code == 401
    assert reached_a_service(set(forged), sign_up(api)["access_token"]) == set()


@pytest.mark.parametrize("place", ["query", "cookie", "other header", "basic", "body"])
def test_a_token_elsewhere_counts_for_nothing(api: Api, known: str, place: str) -> None:
    token = known
    answer: requests.Response = {
        "query": lambda: api.get("/api/count", params={"access_token": token, "token": token, "jwt": token}),
        "cookie": lambda: api.get("/api/count", headers={"Cookie": f"access_token_cookie={token}; token={token}"}),
        "other header": lambda: api.get("/api/count", headers={"X-Access-Token": token, "Token": token}),
        "basic": lambda: api.get("/api/count", headers={"Authorization": f"Basic {token}"}),
        "body": lambda: api.post("/api/vectors", json={"sentence": "fox", "access_token": token}),
    }[place]()
    assert answer.status_code == 401
    assert answer.json()["code"] == "token_missing"


@pytest.mark.parametrize(
    ("field", "status"),
    [
        ("Authorization: Bearer\t{}", 401),
        ("Authorization: Bearer {} x", 401),
        ("Authorization: Bearer {}, Bearer {}", 401),
        ("Authorization: Bearer {}\x01", 401),
        ("Authorization: Bearer \xa0{}", 401),
        ("Authorization: Bearer:{}", 401),
        ('Authorization: Bearer "{}"', 401),
        ("Authorization: Bearer {}.", 401),
        ("Authorization: Token {}", 401),
        ("Author_ization: Bearer {}", 401),
        ("HTTP_AUTHORIZATION: Bearer {}", 401),
        ("X-Forwarded-Authorization: Bearer {}", 401),
        ("Proxy-Authorization: Bearer {}", 401),
        ("Authorization\xa0: Bearer {}", 401),
        ("Authorization : Bearer {}", 400),
        ("Authorization: Bearer\r\n {}", 400),
        ("Authorization: Bearer {}\0", 400),
        ("Authorization: Bearer {}\r\nAuthorization: Bearer {}", 400),
        ("Authorization: Bearer {}\r\nauthorization: Bearer x", 400),
        ("Authorization: Bearer x\r\nAuthorization: Bearer {}", 400),
    ],
)
def test_a_good_token_in_a_field_that_is_written_otherwise_is_refused(
    api: Api, maker: TokenMaker, known: str, field: str, status: int
) -> None:
    for token in (maker.token(), known):
        answer = ask(api.url, "/api/count", field.replace("{}", token))
        assert (answer.status, answer.code.partition("_")[0]) == (status, {400: "malformed", 401: "token"}[status])


def test_a_known_token_is_known_in_one_spelling_only(
    api: Api, known: str, reached_a_service: Callable[[set[str], str], set[str]]
) -> None:
    request_id = f"misspelt-{secrets.token_hex(8)}"
    header, claims, signature = known.split(".")
    last = signature[-1]
    spellings = [known + "=", known + "==", known + ".", "." + known, known + "%3D", known + "\xa0", known + known]
    spellings += [known[:-1], known[1:], known.swapcase(), known.replace("_", "/").replace("-", "+") + "+"]
    spellings += [f"{header}.{claims}.{signature[:-1]}{other}" for other in "AQgwBCDEFRST" if other != last]
    spellings += [
        f"{header}.{claims}.",
        f"{header}..{signature}",
        f"{header}.{claims}",
        f"{claims}.{header}.{signature}",
    ]
    spellings += ["jwks", "state", "0", "__proto__", "constructor", "toString", "s:", "key:"]
    for spelling in spellings:
        fields = (f"Authorization: Bearer {spelling}", f"X-Request-ID: {request_id}")
        assert ask(api.url, "/api/count", *fields).code == "token_invalid", spelling
    assert reached_a_service({request_id}, known) == set()


def test_a_known_token_opens_no_more_than_it_did(api: Api, known: str) -> None:
    """The short way knows a path's method and its longest body as the long one does."""
    field = f"Authorization: Bearer {known}"
    assert ask(api.url, "/api/users", field).code == "forbidden"
    assert ask(api.url, "/api/count", field, method="DELETE").code == "method_not_allowed"
    assert ask(api.url, "/api/products", field, "Content-Length: 300000", method="POST").code == "body_too_large"
    assert ask(api.url, "/api/vectors/", field, method="POST").code == "not_found"
    assert ask(api.url, "/internal/feed", field).code == "not_found"
    for path in ("/api//count", "/api/ping/../count", "/api/count;x", "/api/%2fcount"):
        assert ask(api.url, path, field).code == "ambiguous_path"


def test_a_known_token_is_dead_once_its_session_is(api: Api) -> None:
    token = sign_up(api)["access_token"]
    assert [api.get("/api/count", token=token).status_code for _ in range(8)] == [200] * 8
    assert api.post("/api/auth/logout", token=token).status_code == 204
    eventually(lambda: api.get("/api/count", token=token).status_code == 401)
    assert {api.get("/api/count", token=token).json()["code"] for _ in range(20)} == {"token_revoked"}
