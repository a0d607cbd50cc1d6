"""What the gateway itself does for the clients of older systems."""

import re

import pytest

from tests.integration.legacy.routes import PROTECTED, PUBLIC
from tests.integration.platform_client import Api

SYSTEM_OF = {
    "preqlin": "/(register|login|refresh|logout|user_confirm|user|generate_random_array|status)(/|$)",
    "flask-app": "/generate_array$",
    "flask-api": "/(auth/login|swagger/|apispec.json)$",
    "web3m": "/(api/v1|confirm-email|web3m-admin)(/|$)",
}
ROOTS = [
    (method, path, f"/legacy/{system}{path}")
    for method, path in (*PUBLIC, *PROTECTED)
    for system, pattern in SYSTEM_OF.items()
    if re.match(pattern, path)
]
NOT_COMPARED = {"Date", "X-Request-ID", "Expires", "Connection", "Retry-After"}


@pytest.mark.parametrize(("method", "root", "path"), ROOTS)
def test_a_root_answers_as_its_route_does(api: Api, method: str, root: str, path: str) -> None:
    for token in (None, "nonsense"):
        one, other = (api.request(method, each, token=token, json={}, allow_redirects=False) for each in (root, path))
        assert one.status_code == other.status_code
        assert [(name, one.headers[name]) for name in one.headers if name not in NOT_COMPARED] == [
            (name, other.headers[name]) for name in other.headers if name not in NOT_COMPARED
        ]
        assert re.sub("[0-9a-f]{32}", "", one.text) == re.sub("[0-9a-f]{32}", "", other.text)


def test_every_root_is_compared() -> None:
    assert {path for _, path in (*PUBLIC, *PROTECTED) if not path.startswith("/legacy/")} == {r[1] for r in ROOTS}


def test_a_path_that_preqlin_has_not_is_an_error_by_its_status(api: Api) -> None:
    for path in ("/legacy/preqlin/none", "/legacy/preqlin", "/user/none", "/login/none"):
        answer = api.get(path)
        assert (answer.status_code, answer.json()["status"]) == (404, "error")
        assert answer.json()["message"]


def test_flask_app_says_that_a_token_is_missing(api: Api) -> None:
    for path in ("/generate_array", "/legacy/flask-app/generate_array"):
        for headers in ({}, {"Authorization": "abc"}):
            answer = api.post(path, json={"sentence": "fox"}, headers=headers)
            assert (answer.status_code, answer.json()["message"]) == (401, "Token is missing")


def test_swagger_ui_has_all_that_it_needs(api: Api) -> None:
    for path in ("/swagger/", "/legacy/flask-api/swagger/"):
        page = api.get(path)
        assert page.headers["Content-Type"].startswith("text/html")
        for target in re.findall(r'(?:src|href)="([^"]+)"', page.text):
            assert api.get(target).status_code == 200, target
    for path in ("/apispec.json", "/legacy/flask-api/apispec.json"):
        assert api.get(path).json() == api.get("/openapi.json").json()


@pytest.mark.parametrize(
    "path",
    ["/login%2f..", "/%2flogin", "/user_confirm/..%2f..%2finternal%2ffeed", "/login;x", "/user/1%00", "/login%5c"],
)
def test_a_path_that_could_be_read_in_two_ways_is_refused(api: Api, path: str) -> None:
    for prefix in ("", "/legacy/preqlin"):
        answer = api.post(prefix + path)
        assert answer.status_code == 400
        assert answer.json()["code"] in ("ambiguous_path", "malformed_request")  # by nginx itself
        assert not prefix or answer.json()["message"] == answer.json()["error"] == answer.json()["detail"]
