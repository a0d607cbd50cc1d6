"""The OpenAPI document is valid, complete and the one in the repository."""

import json
from pathlib import Path

from apiflask import APIFlask
from openapi_spec_validator import validate

from quartet.openapi import document

WRITTEN = Path(__file__).parents[1] / "openapi.json"


def test_the_document_is_valid_and_up_to_date(app: APIFlask) -> None:
    found = document(app)
    validate(found)
    assert json.loads(WRITTEN.read_text()) == json.loads(json.dumps(found)), "run `make openapi`"


def test_every_operation_says_who_may_call_it_and_how_it_can_end(app: APIFlask) -> None:
    paths = document(app)["paths"]
    operations = {
        f"{method.upper()} {path}": operation for path, item in paths.items() for method, operation in item.items()
    }
    assert {name for name, operation in operations.items() if operation["security"]} == {
        "GET /api/products/my",
        "POST /api/products",
        "DELETE /api/products/{product_id}",
    }
    statuses = {name: set(operation["responses"]) for name, operation in operations.items()}
    assert {"200", "422"} <= statuses["GET /api/products"]
    assert {"200", "401", "422"} <= statuses["GET /api/products/my"]
    assert {"200", "404"} <= statuses["GET /api/products/{product_id}"]
    assert {"201", "400", "401", "413", "415", "422"} <= statuses["POST /api/products"]
    assert {"204", "401", "403", "404"} <= statuses["DELETE /api/products/{product_id}"]
    created = operations["POST /api/products"]["responses"]["201"]
    assert created["headers"]["Location"]
    assert created["content"]["application/json"]["example"]["owner"] == "ada"
