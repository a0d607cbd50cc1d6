"""The route table and the API's documents name the same operations, public on both sides or on neither."""

import copy
import json
import re
from collections.abc import Callable, Iterator
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
            if service in SERVICES or (service == "gateway" and re.match("/health|/openapi|/legacy/", path)):
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


def rows_of(table: str) -> Iterator[tuple[str, str, str, str, int]]:
    """Yield method, path, access, limit and the bytes of the longest body of each operation of a service."""
    for line in table.splitlines():
        if line.strip() and not line.startswith("#"):
            methods, path, service, access, limit, body, *_ = line.split()
            size = int(body[:-1]) * (1 << 20 if body.endswith("m") else 1 << 10)
            if service in SERVICES:
                yield from ((method, path, access, limit, size) for method in methods.split(","))


def longest_json(schema: dict[str, Any], schemas: dict[str, Any]) -> int:
    """Return how many bytes the texts of a body may take when each character is escaped as \\ud83e\\udd8a is."""
    if "$ref" in schema:
        return longest_json(schemas[schema["$ref"].rsplit("/", 1)[1]], schemas)
    if schema.get("type") == "string":
        return 12 * int(schema.get("maxLength", 0))
    parts = [*schema.get("properties", {}).values(), *schema.get("anyOf", ())]
    return sum(longest_json(part, schemas) for part in parts)


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


def test_who_sends_mail_tries_passwords_or_takes_all_there_is_is_limited_strictly() -> None:
    strict = {(method, path) for method, path, _, limit, _ in rows_of(TABLE) if limit == "strict"}
    assert strict == {
        ("POST", "/api/auth/signup"),
        ("POST", "/api/auth/resend-confirmation"),
        ("POST", "/api/auth/webhooks/ses"),
        ("POST", "/api/auth/login"),
        ("POST", "/api/auth/password/forgot"),
        ("POST", "/api/auth/password/reset"),
        ("GET", "/api/products/export"),
        ("POST", "/legacy/preqlin/register"),
        ("POST", "/legacy/preqlin/login"),
        ("POST", "/legacy/flask-app/register"),
        ("POST", "/legacy/flask-app/login"),
        ("POST", "/legacy/flask-api/auth/login"),
        ("POST", "/legacy/catalog/api/auth/signup"),
        ("POST", "/legacy/catalog/api/auth/login"),
        ("POST", "/legacy/web3m/api/v1/register"),
        ("POST", "/legacy/web3m/api/v1/resend-confirmation"),
        ("POST", "/legacy/web3m/api/v1/signin"),
    }


def test_the_gateway_takes_every_body_that_a_service_takes() -> None:
    for method, path, _, _, size in rows_of(TABLE):
        for document in DOCUMENTS.values():
            named = {re.sub(r"{\w+}", "{}", each): operations for each, operations in document["paths"].items()}
            content = (
                named.get(re.sub(r"{\w+}", "{}", path), {})
                .get(method.lower(), {})
                .get("requestBody", {})
                .get("content", {})
            )
            for schema in (each["schema"] for each in content.values()):
                assert longest_json(schema, document["components"]["schemas"]) <= size, (method, path)
