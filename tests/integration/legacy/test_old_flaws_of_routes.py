"""Flaws of the older systems' routes that must not come back."""

import secrets
from collections.abc import Callable

import pytest

from tests.integration.legacy.answers import told
from tests.integration.legacy.routes import LOGINS, PROTECTED, SYSTEMS
from tests.integration.platform_choice import Platform
from tests.integration.platform_client import Api, User, sign_up

NewUser = Callable[[], User]

PRODUCTS = "/legacy/catalog/api/products"


@pytest.fixture(scope="module")
def token(platform: Platform) -> str:
    """Of one user for all calls that are refused anyhow."""
    return sign_up(Api(platform.url))["access_token"]


def test_own_product_cannot_be_deleted(api: Api, new_user: NewUser) -> None:
    token = new_user()["access_token"]
    for create in (PRODUCTS, "/api/products"):
        made = api.post(create, token=token, json={"name": "Teapot", "description": "", "price": 1}).json()
        one = f"/{made['id']}"
        told(api.delete(PRODUCTS + one, token=token), 200, "message")
        assert api.get(f"/api/products{one}", token=token).status_code == 404
        assert api.get(f"{PRODUCTS}/my", token=token).json() == []


@pytest.mark.parametrize("price", ["NaN", "Infinity", "-Infinity", "-1", "-0.01", "1e400", '"NaN"', "null", "true"])
def test_nan_and_negative_prices(api: Api, token: str, price: str) -> None:
    body = f'{{"name": "Teapot", "description": "for two", "price": {price}}}'
    answer = api.post(PRODUCTS, token=token, data=body, headers={"Content-Type": "application/json"})
    told(answer, 400, "error")
    assert api.get(f"{PRODUCTS}/my", token=token).json() == []


def test_admin_without_login(api: Api, new_user: NewUser) -> None:
    """What anybody, or any user, finds where the admin's pages are, tells of nobody."""
    user = new_user()
    pages = [
        "/legacy/web3m/web3m-admin",
        "/web3m-admin",
        "/admin/",
        "/admin/user/",
        "/admin/users",
        "/web3m-admin/user/",
    ]
    for token in (None, user["access_token"]):
        for page in pages:
            answer = api.get(page, token=token)
            assert answer.status_code < 500
            assert user["username"] not in answer.text
        assert api.get("/api/users", token=token).status_code in (401, 403)


@pytest.mark.parametrize(("method", "path"), PROTECTED)
def test_500_for_a_header_without_a_space(api: Api, token: str, method: str, path: str) -> None:
    for header in ("Bearer", "Bearer ", f"Bearer{token}", token, "x", "Basic", ""):
        answer = api.request(method, path, headers={"Authorization": header}, json={})
        assert answer.status_code == 401, (header, answer.text)
        assert answer.json().keys() & {"message", "error"}


@pytest.mark.parametrize("prefix", ["", "/api", "/api/v1", *(f"/legacy/{system}" for system in SYSTEMS)])
def test_unknown_api_path_answered_200_html(api: Api, prefix: str) -> None:
    for path in ("/no-such-thing", "/api/no-such-thing", "/api/v1/no/such/thing.html"):
        for method in ("GET", "POST"):
            answer = api.request(method, prefix + path, headers={"Accept": "text/html"})
            assert answer.status_code == 404
            assert "json" in answer.headers["Content-Type"]
            body = answer.json()
            assert not prefix.startswith("/legacy") or body["message"]


def test_rate_limit_that_never_fires(usual_limits: Platform) -> None:
    api = Api(usual_limits.url)
    for path, by in LOGINS.items():
        body = {by: f"nobody-{secrets.token_hex(4)}@people.example", "password": "guess"}
        answers = (api.post(path, json=body) for _ in range(60))
        refused = next((answer for answer in answers if answer.status_code == 429), None)
        assert refused is not None, path
        assert int(refused.headers["Retry-After"]) >= 1
        told(refused, 429, "message", "error", at_least=True)
