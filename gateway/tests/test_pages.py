"""The gateway's own pages and documents: what is served, how, and that nothing else of www/ is."""

import json
import re
from pathlib import Path

import pytest
from openapi_spec_validator import validate

from devtools.parts import SERVICES
from gateway.tests.platform_under_test import Gateway, Start, problem
from gateway.tests.www import ALIASES, PAGES, TYPES, WWW, References, served


@pytest.mark.parametrize("path", served())
def test_a_file_is_served_with_its_type_and_can_be_revalidated(gateway: Gateway, path: str) -> None:
    file = served()[path]
    answer = gateway.get(path)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, TYPES[file.suffix])
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "max-age=300"
    if file.name not in ("index.html", "openapi.json"):  # parts that are absent are left out of these
        assert answer.content == file.read_bytes()
    etag = answer.headers["ETag"]
    known = gateway.get(path, headers={"If-None-Match": etag})
    assert (known.status_code, known.headers["ETag"], known.content) == (304, etag, b"")
    head = gateway.request("HEAD", path)
    assert (head.status_code, head.headers["ETag"], head.content) == (200, etag, b"")
    assert head.headers["Content-Length"] == answer.headers["Content-Length"]
    assert problem(gateway.request("POST", path))["code"] == "method_not_allowed"


def test_nothing_else_of_the_folder_can_be_reached(gateway: Gateway) -> None:
    files = {f"/{file.relative_to(WWW)}" for file in WWW.rglob("*") if file.is_file()}
    assert set(served()) - set(ALIASES) <= files
    hidden = files - set(served())
    packed = {f"/docs/{name}.gz" for name in ("swagger-ui-bundle.js", "swagger-ui.css")}
    assert hidden == {"/index.html", "/docs/index.html", "/docs/NOTICE"} | packed
    for path in (*hidden, "/assets", "/assets/", "/openapi", "/openapi/", "/docs/none", "/openapi/mailbox.json"):
        assert problem(gateway.get(path))["code"] == "not_found"
    for path in ("/docs/%2e%2e/nginx.conf", "/assets/../nginx.conf", "/docs//LICENSE"):
        assert gateway.raw_path(path)[0] == 400


@pytest.mark.parametrize("path", PAGES)
def test_a_page_may_load_only_what_is_here(gateway: Gateway, path: str) -> None:
    policy = gateway.get(path).headers["Content-Security-Policy"]
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    images = "'self'" if path == "/" else "'self' data:"
    assert directives == {
        "default-src": "'none'",
        **dict.fromkeys(("script-src", "style-src", "connect-src"), "'self'"),
        "img-src": images,
        **dict.fromkeys(("base-uri", "form-action", "frame-ancestors"), "'none'"),
    }


def test_every_link_leads_somewhere(start: Start) -> None:
    gateway = start(MAILBOX_UPSTREAM="127.0.0.1:9")
    for path in PAGES:
        page = References(gateway.get(path).text)
        assert page.targets
        for target in page.targets:
            if target.startswith("#"):
                assert target[1:] in page.ids
            elif target == "/mailbox":
                assert gateway.get(target).status_code == 502
            else:
                assert gateway.get(target).status_code == 200, target


OWN = sorted({file for file in served().values() if "swagger-ui" not in file.name})


@pytest.mark.parametrize("file", OWN, ids=lambda file: str(file.relative_to(WWW)))
def test_a_file_points_at_no_other_host(file: Path) -> None:
    text = file.read_text()
    if file.suffix == ".html":
        page = References(text)
        assert [target for target in page.targets if not re.match("#|/(?!/)", target)] == []
        assert page.inline == []
    if file.suffix in (".css", ".js", ".svg"):
        text = text.replace('xmlns="http://www.w3.org/2000/svg"', "")
        assert re.search(r"//[a-z0-9-]+\.|\burl\(|@import", text) is None
    if file.suffix == ".json":
        assert [each["url"] for each in json.loads(text)["servers"]] == ["/"]


def test_what_is_absent_is_not_shown(start: Start) -> None:
    gateway = start(CATALOG_UPSTREAM="", VECTORS_UPSTREAM="")
    assert problem(gateway.get("/openapi/catalog.json"))["code"] == "not_found"
    assert gateway.get("/openapi/counter.json").status_code == 200
    document = gateway.get("/openapi.json").json()
    validate(document)
    for path in document["paths"]:
        assert gateway.request("OPTIONS", re.sub(r"{\w+}", "7", path)).status_code == 204, path
    assert {tag["x-service"] for tag in document["tags"]} == {"auth", "counter", "gateway"}
    page = gateway.get("/").text
    assert set(re.findall('data-service="([a-z]+)"', page)) == {"auth", "counter"}
    assert not re.search("/mailbox|/api/products|/api/vectors", page)
    assert all(gateway.get(target).ok for target in References(page).targets if target.startswith("/"))


def test_every_service_has_a_card_and_a_document() -> None:
    page = (WWW / "index.html").read_text()
    assert set(re.findall('class="card" data-service="([a-z]+)"', page)) == set(SERVICES)
    assert {f"/openapi/{service}.json" for service in SERVICES} <= References(page).targets & served().keys()


def test_a_gateway_with_all_services_documents_all(gateway: Gateway) -> None:
    assert gateway.get("/openapi.json").content == (WWW / "openapi.json").read_bytes()


def test_the_same_version_has_the_same_etags_elsewhere(gateway: Gateway, start: Start) -> None:
    other = start()
    for path in ("/", "/openapi.json", "/docs/swagger-ui.css"):
        assert gateway.get(path).headers["ETag"] == other.get(path).headers["ETag"]


def test_a_page_of_an_allowed_origin_can_read_the_documents(gateway: Gateway) -> None:
    for path in ("/openapi.json", "/openapi/auth.json"):
        allowed = gateway.get(path, headers={"Origin": "https://app.example"})
        assert allowed.headers["Access-Control-Allow-Origin"] == "https://app.example"
        assert "Access-Control-Allow-Origin" not in gateway.get(path, headers={"Origin": "https://evil"}).headers
