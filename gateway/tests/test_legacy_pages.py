"""What older systems answered that no service does: the gateway's own pages for their clients."""

import json
import re

import pytest
from openapi_spec_validator import validate

from gateway.tests.platform_under_test import Gateway, Start, problem
from gateway.tests.www import References
from quartet.testing.waiting import eventually


@pytest.mark.parametrize("system", ["preqlin", "flask-app"])
def test_health_is_the_platforms_in_two_words(start: Start, system: str) -> None:
    gateway = start()
    answer = gateway.get(f"/legacy/{system}/health")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert answer.json() == {"status": "ok", "message": gateway.get("/health").json()["message"]}
    for service in gateway.everything:
        service.ready = False

    def down() -> bool:
        answer = gateway.get(f"/legacy/{system}/health")
        return (answer.status_code, answer.json()) == (503, {"status": "down", "message": "No service is ready."})

    eventually(down)


def test_status_is_a_message(gateway: Gateway) -> None:
    for path in ("/status", "/legacy/preqlin/status"):
        answer = gateway.get(path)
        assert (answer.status_code, answer.json().keys()) == (200, {"message"})


@pytest.mark.parametrize("path", ["/swagger/", "/swagger", "/legacy/flask-api/swagger/", "/legacy/flask-api/swagger"])
def test_swagger_is_swagger_ui(gateway: Gateway, path: str) -> None:
    answer = gateway.get(path)
    assert answer.content == gateway.get("/docs").content
    assert answer.headers["Content-Security-Policy"] == gateway.get("/docs").headers["Content-Security-Policy"]
    targets = References(answer.text).targets
    assert targets
    assert all(gateway.get(target).status_code == 200 for target in targets)


def test_the_document_is_that_of_all(gateway: Gateway) -> None:
    for path in ("/apispec.json", "/legacy/flask-api/apispec.json"):
        answer = gateway.get(path)
        assert answer.headers["Content-Type"] == "application/json"
        assert answer.content == gateway.get("/openapi.json").content


@pytest.mark.parametrize("slash", ["", "/"])
def test_the_admin_has_moved_and_no_host_of_a_client_says_where(gateway: Gateway, slash: str) -> None:
    for path in ("/web3m-admin", "/legacy/web3m/web3m-admin"):
        for host in ("X-Forwarded-Host: evil.example", "X-Host: evil.example"):
            status, headers, body = gateway.raw_path(f"{path}{slash}?next=//evil.example", host)
            assert (status, headers["location"]) == (302, "/admin/")
            assert b"evil" not in body


def test_what_is_off_is_not_shown(start: Start) -> None:
    gateway = start(LEGACY="off")
    for path in (
        "/openapi.json",
        "/openapi/auth.json",
        "/openapi/catalog.json",
        "/openapi/counter.json",
        "/openapi/vectors.json",
    ):
        document = gateway.get(path).json()
        assert document["paths"]
        assert not [each for each in document["paths"] if "legacy" in each]
        assert not [tag for tag in document["tags"] if "Legacy" in json.dumps(tag)]
    validate(gateway.get("/openapi.json").json())
    page = gateway.get("/").text
    assert "legacy" not in page.lower()
    assert all(target[1:] in References(page).ids for target in References(page).targets if target.startswith("#"))
    for path in ("/status", "/swagger/", "/apispec.json", "/web3m-admin", "/health"):
        for place in (path, f"/legacy/preqlin{path}", f"/legacy/flask-api{path}", f"/legacy/web3m{path}"):
            assert place == "/health" or problem(gateway.get(place))["code"] == "not_found"


def test_what_is_on_is_shown_as_deprecated(gateway: Gateway) -> None:
    for path in ("/openapi.json", "/openapi/auth.json"):
        operations = {
            place: operation
            for place, methods in gateway.get(path).json()["paths"].items()
            for name, operation in methods.items()
            if name != "x-service"
        }
        old = {place for place in operations if place.startswith("/legacy/")}
        assert old
        for place, operation in operations.items():
            tagged = all(re.fullmatch(r"(\w+: )?Legacy: [\w-]+", tag) for tag in operation["tags"])
            assert (operation.get("deprecated", False), tagged) == (place in old, place in old)
    page = gateway.get("/").text
    assert "older-systems" in References(page).ids
