"""The route table and the services' documents name the same operations, public on both sides or on neither."""

import json
import re

from devtools.given import ROOT
from devtools.parts import SERVICES

Operations = dict[tuple[str, str, str], str]


def routed() -> Operations:
    """(service, method, path) → access, as the gateway's table has it; a parameter's name does not matter."""
    found: Operations = {}
    for line in (ROOT / "gateway/routes.table").read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            methods, path, service, access, *_ = line.split()
            if service in SERVICES:
                found |= {(service, method, nameless(path)): access for method in methods.split(",")}
    return found


def documented() -> Operations:
    found: Operations = {}
    for service in SERVICES:
        document = json.loads((ROOT / f"services/{service}/openapi.json").read_text())
        for path, operations in document["paths"].items():
            for method, operation in operations.items():
                access = "protected" if operation["security"] else "public"
                found[service, method.upper(), nameless(path)] = access
    return found


def nameless(path: str) -> str:
    return re.sub(r"{\w+}", "{}", path)


def test_the_gateway_routes_what_the_services_document() -> None:
    assert routed() == documented()
