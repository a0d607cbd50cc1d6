"""The services' OpenAPI documents: valid, complete, and what the code says."""

import importlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from quartet import openapi

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ("auth", "catalog", "counter", "vectors")
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
