"""The route table and the API's documents name the same operations, public on both sides or on neither."""

import copy
import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from devtools.given import ROOT
from devtools.parts import SERVICES

Documents = dict[str, dict[str, Any]]
Operations = dict[tuple[str, str, str], str]

TABLE = (ROOT / "gateway/routes.table").read_text()
DOCUMENTS = {service: json.loads((ROOT / f"services/{service}/openapi.json").read_text()) for service in SERVICES}
MERGED = json.loads((ROOT / "gateway/www/openapi.json").read_text())


def routed(table: str) -> Operations:
    """(service, method, path) → access, as the gateway's table has it.

    Of a path's parameter only matters whether it is an integer. The mailbox and the gateway's pages are no API.
    """
    found: Operations = {}
    for line in table.splitlines():
        if line.strip() and not line.startswith("#"):
            methods, path, service, access, *_ = line.split()
            if service in SERVICES or (service == "gateway" and re.match("/health|/openapi", path)):
                path = re.sub(r"{(\w+)}", lambda name: "{integer}" if name[1] == "id" else "{string}", path)
                found |= {(service, method, path): access for method in methods.split(",")}
    return found


def documented(documents: Documents) -> Operations:
    found: Operations = {}
    for service, document in documents.items():
        for path, operations in document["paths"].items():
            for method in operations.keys() - {"x-service"}:
                operation = operations[method]
                access = "protected" if operation["security"] else "public"
                typed = path
                for each in operation.get("parameters", []):
                    kind = "integer" if each["schema"].get("type") == "integer" else "string"
                    typed = typed.replace(f"{{{each['name']}}}", f"{{{kind}}}")
                found[operations.get("x-service", service), method.upper(), typed] = access
    return found


def anywhere(operations: Operations) -> dict[tuple[str, str], str]:
    return {(method, path): access for (_, method, path), access in operations.items()}


def services_agree(table: str, documents: Documents) -> bool:
    services = {operation: access for operation, access in routed(table).items() if operation[0] != "gateway"}
    return services == documented(documents)


def all_agree(table: str, merged: dict[str, Any]) -> bool:
    return anywhere(routed(table)) == anywhere(documented({"all": merged}))


def test_the_gateway_routes_what_the_services_document() -> None:
    assert services_agree(TABLE, DOCUMENTS)


def test_the_document_of_all_has_what_the_gateway_routes() -> None:
    assert all_agree(TABLE, MERGED)


ROWS = {
    "a route that nobody documents": lambda table: table + "\nGET /api/none counter public public 64k",
    "a method that nobody documents": lambda table: re.sub(r"(?m)^GET +/api/ping ", "GET,POST /api/ping ", table),
    "an operation without a route": lambda table: re.sub(r"(?m)^GET +/api/ping .*", "", table),
    "a protected operation behind a public route": lambda table: re.sub(
        r"(/api/count +counter +)protected +user", r"\1public public", table
    ),
    "a public operation behind a protected route": lambda table: re.sub(
        r"(/api/ping +counter +)public +public", r"\1protected user", table
    ),
    "a route of another service": lambda table: re.sub(r"(/api/ping +)counter", r"\1vectors", table),
    "an integer that the route takes for text": lambda table: table.replace("/api/products/{id}", "/api/products/{x}"),
}


@pytest.mark.parametrize("change", ROWS.values(), ids=ROWS)
def test_a_route_that_disagrees_is_found(change: Callable[[str], str]) -> None:
    assert not services_agree(change(TABLE), DOCUMENTS)


def test_a_document_that_disagrees_is_found() -> None:
    def changed(change: Callable[[dict[str, Any]], Any]) -> tuple[bool, bool]:
        documents, merged = copy.deepcopy(DOCUMENTS), copy.deepcopy(MERGED)
        for document in (documents["counter"], merged):
            change(document["paths"])
        return services_agree(TABLE, documents), all_agree(TABLE, merged)

    assert changed(lambda paths: paths) == (True, True)
    assert changed(lambda paths: paths.pop("/api/ping")) == (False, False)
    assert changed(lambda paths: paths["/api/ping"].update(post=paths["/api/ping"]["get"])) == (False, False)
    assert changed(lambda paths: paths["/api/count"]["get"].update(security=[])) == (False, False)
    assert changed(lambda paths: paths["/api/ping"]["get"].update(security=[{"accessToken": []}])) == (False, False)
