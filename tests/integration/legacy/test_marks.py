"""The older systems' routes say what they are, in answers and in the document, and can be switched off."""

import re
from collections.abc import Callable

import pytest
import requests

from tests.integration.legacy.routes import PROTECTED, PUBLIC, SYSTEMS
from tests.integration.platform_choice import Platform
from tests.integration.platform_client import Api, sign_up


@pytest.fixture(scope="module")
def token(platform: Platform) -> str:
    return sign_up(Api(platform.url))["access_token"]


def check_marks(answer: requests.Response) -> None:
    """One deprecation, and one route to use instead."""
    seen = f"{answer.request.method} {answer.url}: {answer.status_code} {answer.headers}"
    assert re.fullmatch(r"@\d+", answer.headers.get("Deprecation", "")), seen
    # What the gateway refuses for every route alike names its page on all of them.
    assert len(re.findall('rel="(successor-version|deprecation)"', answer.headers.get("Link", ""))) == 1, seen


@pytest.mark.parametrize(("method", "path"), [*PUBLIC, *PROTECTED])
def test_answers_and_refusals_name_the_route_of_today(api: Api, token: str, method: str, path: str) -> None:
    """With a token, without one, and with what no route takes."""
    gone = method in ("DELETE", "PUT") or path.endswith("/logout")
    for each in (None, "nonsense", *(() if gone else (token,))):
        check_marks(api.request(method, path, token=each, json={}, allow_redirects=False))
    check_marks(
        api.request(
            method, path, token="nonsense", data="{", headers={"Content-Type": "text/plain"}, allow_redirects=False
        )
    )


def test_the_document_tells_the_old_routes_from_those_of_today(api: Api) -> None:
    document = api.get("/openapi.json").json()
    found = set()
    for path, operations in document["paths"].items():
        for method in operations.keys() & {"get", "post", "put", "patch", "delete"}:
            operation = operations[method]
            systems = set(re.findall(r"Legacy: ([\w-]+)", " ".join(operation["tags"])))
            is_old = path.startswith("/legacy/")
            assert systems == ({path.split("/")[2]} if is_old else set()), (method, path)
            assert bool(operation.get("deprecated")) == is_old, (method, path)
            found |= systems
    assert found == set(SYSTEMS)


def test_off_means_off(launch: Callable[..., Platform]) -> None:
    api = Api(launch(LEGACY="off", EMAIL_CONFIRMATION="off").url)
    user = sign_up(api)
    for method, path in (*PUBLIC, *PROTECTED):
        for token in (None, user["access_token"]):
            answer = api.request(method, path, token=token, json={}, allow_redirects=False)
            assert answer.status_code == 404, (method, path, answer.text)
            assert answer.json()["code"] == "not_found"
    assert api.get("/api/auth/me", token=user["access_token"]).status_code == 200
    assert "Legacy:" not in api.get("/openapi.json").text
