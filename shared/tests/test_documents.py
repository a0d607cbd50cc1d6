"""The services' OpenAPI documents: valid, complete, and what the code says."""

import importlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from devtools.given import ROOT
from devtools.parts import SERVICES
from quartet import openapi

LISTED = set(re.findall(r"^\| `(\w+)` \| (\d+)", (ROOT / "docs/errors.md").read_text(), re.MULTILINE))

Json = dict[str, Any]


def document(service: str) -> Json:
    found: Json = json.loads((ROOT / f"services/{service}/openapi.json").read_text())
    return found


def operations() -> list[Any]:
    return [
        pytest.param(operation, id=f"{method.upper()} {path}")
        for service in SERVICES
        for path, methods in document(service)["paths"].items()
        for method, operation in methods.items()
    ]


def contents(node: Any) -> Iterator[Json]:
    """Every JSON body that a part of a document describes."""
    if isinstance(node, dict):
        yield from (content for kind, content in node.get("content", {}).items() if kind.endswith("json"))
        for inner in node.values():
            yield from contents(inner)


@pytest.fixture(autouse=True)
def _an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("service", SERVICES)
def test_a_document_is_what_the_code_says(service: str) -> None:
    app = importlib.import_module(service).create_app()
    assert openapi.document(app) == document(service), "run `make openapi`"


@pytest.mark.parametrize("service", SERVICES)
def test_a_document_is_valid(service: str) -> None:
    assert document(service)["openapi"].startswith("3.1")
    OpenAPIV31SpecValidator(document(service)).validate()


@pytest.mark.parametrize("service", SERVICES)
def test_every_example_keeps_the_schema_beside_it(service: str) -> None:
    found = document(service)
    for content in contents(found["paths"]):
        schema = {**content["schema"], "components": found["components"]}
        examples = [example["value"] for example in content.get("examples", {}).values()] or [content["example"]]
        for example in examples:
            OAS31Validator(schema).validate(example)


@pytest.mark.parametrize("operation", operations())
def test_every_error_is_a_problem_document(operation: Json) -> None:
    errors = {status: answer for status, answer in operation["responses"].items() if status >= "400"}
    assert errors.keys() >= {"429", "502", "503", "504"}
    for status, answer in errors.items():
        if set(answer["content"]) == {"text/html"} and operation["responses"]["200"]["content"].keys() == {"text/html"}:
            continue  # a page for people says so on a page
        told = answer["content"].get("application/json") if operation.get("deprecated") else None
        for example in told["examples"].values() if told else ():
            assert len(example["value"]) == 1  # as an older system told it
        if told and len(answer["content"]) == 1:
            continue
        for code, example in answer["content"]["application/problem+json"]["examples"].items():
            assert (example["value"]["code"], example["value"]["status"]) == (code, int(status))


@pytest.mark.parametrize("operation", operations())
def test_an_operation_is_complete(operation: Json) -> None:
    assert operation["summary"]
    assert operation["tags"]
    assert operation["operationId"]
    assert operation["security"] in ([], [{"accessToken": []}])
    for parameter in operation["parameters"]:
        assert parameter["schema"].get("type") or parameter["schema"].get("anyOf")
    for content in operation.get("requestBody", {}).get("content", {}).values():
        assert content.get("example") or content["examples"]
    for status, response in operation["responses"].items():
        assert response["description"]
        for kind, content in response.get("content", {}).items():
            if kind == "application/json":
                assert content.get("example") or content["examples"]
            if kind == "application/problem+json":
                assert {(code, status) for code in content["examples"]} <= LISTED
    assert ("401" in operation["responses"]) >= bool(operation["security"])
