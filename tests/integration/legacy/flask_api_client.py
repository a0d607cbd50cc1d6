"""A client of flask-api, the counter of visits, as its users wrote theirs."""

import requests

from tests.integration.legacy.answers import bearer, page, told

WAIT = 10


def use(base: str, username: str, password: str) -> None:
    """Log in and count."""
    assert told(requests.get(f"{base}/api/ping", timeout=WAIT), 200) == {"status": "ok"}
    credentials = {"username": username, "password": password}
    token = told(requests.post(f"{base}/auth/login", json=credentials, timeout=WAIT), 200, "token")["token"]
    wrong = credentials | {"password": "any password"}
    told(requests.post(f"{base}/auth/login", json=wrong, timeout=WAIT), 401, "message")

    def count() -> int:
        return int(
            told(requests.get(f"{base}/api/count", headers=bearer(token), timeout=WAIT), 200, "visits")["visits"]
        )

    first = count()
    assert count() == first + 1


def be_refused(base: str) -> None:
    """Count without having logged in."""
    told(requests.get(f"{base}/api/count", timeout=WAIT), 401, "message", at_least=True)
    told(requests.get(f"{base}/api/count", headers=bearer("nonsense"), timeout=WAIT), 401, "message", at_least=True)


def read_documentation(base: str) -> None:
    """Look at the pages for developers."""
    assert "swagger" in page(requests.get(f"{base}/swagger/", timeout=WAIT)).lower()
    document = told(requests.get(f"{base}/apispec.json", timeout=WAIT), 200)
    assert document["openapi"].startswith("3.")
    assert "/api/count" in document["paths"]
