"""Requests with a body, to the routes that read one."""

from tests.integration.attacks.wire import Answer, ask
from tests.integration.platform_client import Api

JSON = "Content-Type: application/json"
FORM = "Content-Type: application/x-www-form-urlencoded"
PARTS = "Content-Type: multipart/form-data; boundary=x"
MIB = 1024 * 1024
POSTS = ("/api/vectors", "/api/products", "/api/counters/x/increment", "/api/auth/refresh", "/api/auth/confirm")


def post(api: Api, bearer: str, path: str, body: bytes, *fields: str) -> Answer:
    return ask(api.url, path, bearer, *(fields or (JSON,)), method="POST", body=body)
