"""One protected route of each service, for tests that hold for all of them."""

import requests

from tests.integration.platform_client import Api

PROTECTED = {
    "auth": ("GET", "/api/auth/me", None),
    "catalog": ("GET", "/api/products/my", None),
    "counter": ("GET", "/api/count", None),
    "vectors": ("POST", "/api/vectors", {"sentence": "fox"}),
}
OWN_STORES = ("catalog", "counter", "vectors")


def call(api: Api, service: str, token: str | None) -> requests.Response:
    """Call the protected route of a service."""
    method, path, body = PROTECTED[service]
    return api.request(method, path, token=token, json=body)


def refused_everywhere(api: Api, token: str) -> bool:
    return all(call(api, service, token).status_code == 401 for service in PROTECTED)


def welcome_everywhere(api: Api, token: str) -> bool:
    return all(call(api, service, token).status_code == 200 for service in PROTECTED)
