"""The published documents: made of the services', not stale, and one valid document of all."""

import json
from typing import Any

import pytest
from openapi_spec_validator import validate

from devtools.api_document import in_lines, merged, pages
from devtools.given import ROOT
from devtools.parts import SERVICES

PUBLISHED = json.loads((ROOT / "gateway/www/openapi.json").read_text())
ERRORS = json.loads((ROOT / "gateway/errors.json").read_text())
PAGES = pages()


def operations(document: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (path, method): operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if method != "x-service"
    }


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_published_document_is_not_stale(page: Any) -> None:
    assert page.read_text() == PAGES[page], "run `make openapi`"


def test_nothing_else_is_published() -> None:
    folder = ROOT / "gateway/www/openapi"
    assert {file.name for file in folder.iterdir()} == {f"{service}.json" for service in SERVICES}


def test_the_document_of_all_is_valid_and_each_operation_has_a_name_of_its_own() -> None:
    validate(PUBLISHED)
    assert PUBLISHED["openapi"].startswith("3.1")
    names = [operation["operationId"] for operation in operations(PUBLISHED).values()]
    assert len(set(names)) == len(names)
    tags = [tag["name"] for tag in PUBLISHED["tags"]]
    assert {tag for operation in operations(PUBLISHED).values() for tag in operation["tags"]} == set(tags)
    assert len(set(tags)) == len(tags)


def test_a_page_made_of_it_shows_the_routes_of_today_before_those_of_older_systems() -> None:
    older = ["Legacy: " in tag["name"] for tag in PUBLISHED["tags"]]
    assert any(older)
    assert older == sorted(older)


@pytest.mark.parametrize("service", SERVICES)
def test_an_operation_means_there_what_it_means_at_its_service(service: str) -> None:
    alone = json.loads((ROOT / f"services/{service}/openapi.json").read_text())
    together = operations(PUBLISHED)
    for place, operation in operations(alone).items():
        found = resolved(together[place], PUBLISHED)
        expected = resolved(operation, alone)
        assert found | {"operationId": "", "tags": []} == expected | {"operationId": "", "tags": []}
        assert PUBLISHED["paths"][place[0]]["x-service"] == service
        assert found["operationId"] == f"{service}_{operation['operationId']}"


def resolved(value: Any, document: dict[str, Any]) -> Any:
    """A value with what it refers to in its place."""
    if isinstance(value, dict):
        if "$ref" in value:
            _, *names = value["$ref"].split("/")
            target: Any = document
            for name in names:
                target = target[name]
            return resolved(target, document)
        return {name: resolved(each, document) for name, each in value.items()}
    return [resolved(each, document) for each in value] if isinstance(value, list) else value


def test_every_error_of_the_gateway_is_stated() -> None:
    for error in ERRORS:
        shown = [
            example["value"]
            for response in PUBLISHED["components"]["responses"].values()
            for example in response["content"]["application/problem+json"]["examples"].values()
        ]
        assert (error["code"], error["status"], error["meaning"]) in {
            (each["code"], each["status"], each["detail"]) for each in shown
        }


def test_components_that_differ_are_renamed_and_what_points_at_them_follows() -> None:
    def service(path: str, kind: str) -> dict[str, Any]:
        answer = {"description": "", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Page"}}}}
        operation = {"operationId": "list", "tags": ["T"], "responses": {"200": answer}}
        page = {"items": {"$ref": "#/components/schemas/Item"}, "same": {"$ref": "#/components/schemas/Same"}}
        schemas = {"Item": {"type": kind}, "Page": page, "Same": {"type": "null"}}
        return {"paths": {path: {"get": operation}}, "tags": [{"name": "T"}], "components": {"schemas": schemas}}

    own: dict[str, Any] = {"paths": {}, "tags": [], "components": {}}
    services = {"a": service("/a", "string"), "b": service("/b", "integer"), "c": service("/c", "integer")}
    document = merged(own, ERRORS[:1], services)
    assert set(document["components"]["schemas"]) == {"Item", "Page", "Same", "b.Item", "b.Page", "c.Item", "c.Page"}
    assert document["components"]["schemas"]["b.Page"]["items"] == {"$ref": "#/components/schemas/b.Item"}
    assert document["components"]["schemas"]["b.Page"]["same"] == {"$ref": "#/components/schemas/Same"}
    answer = document["paths"]["/c"]["get"]["responses"]["200"]["content"]["application/json"]
    assert answer["schema"] == {"$ref": "#/components/schemas/c.Page"}


def test_two_services_cannot_document_one_path() -> None:
    service: dict[str, Any] = {"paths": {"/one": {}}, "tags": [], "components": {}}
    with pytest.raises(ValueError, match="/one"):
        merged(service, [], {"a": service, "b": service})


def test_each_path_has_a_line_of_its_own() -> None:
    lines = in_lines(PUBLISHED).splitlines()
    for path, item in PUBLISHED["paths"].items():
        (line,) = [line for line in lines if line.startswith(json.dumps(path) + ":")]
        assert f'"x-service":"{item["x-service"]}"' in line
    assert json.loads(in_lines(PUBLISHED)) == PUBLISHED
