"""The documents of the services as the gateway publishes them, and one of all."""

import json
from pathlib import Path
from typing import Any

from devtools.api_document.components import Json, add_components, pointed_at
from devtools.api_document.problems import add_errors, share_problems, tell_errors
from devtools.given import ROOT
from devtools.parts import SERVICES
from quartet.legacy import document as legacy

PUBLISHED = ROOT / "gateway/www"


def pages() -> dict[Path, str]:
    """Return what each published document must hold."""
    own = json.loads((ROOT / "gateway/openapi.json").read_text())
    errors = json.loads((ROOT / "gateway/errors.json").read_text())
    services = {name: json.loads((ROOT / f"services/{name}/openapi.json").read_text()) for name in SERVICES}
    documents = {PUBLISHED / f"openapi/{name}.json": service for name, service in services.items()}
    documents[PUBLISHED / "openapi.json"] = merged(own, errors, services)
    return {path: in_lines(document) for path, document in documents.items()}


def merged(own: Json, errors: list[Json], services: dict[str, Json]) -> Json:
    """Return one document of all: the services' in their order, the gateway's own last.

    A path and a tag say in `x-service` whose they are. Operations are named after their service as well. A component
    that another service has under the same name, and not the same, gets its service before its name. The problems that
    many operations may answer with become components. The tags of older systems come last; an operation of the
    gateway's own that has `x-successor` is one of theirs.
    """
    components: Json = {"responses": {}}
    paths: Json = {}
    tags: list[Json] = []
    for service, document in (services | {"gateway": own}).items():
        renamed = add_components(components, document["components"], service)
        for path, operations in document["paths"].items():
            if path in paths:
                raise ValueError(f"{service} documents {path}, and another service does too")
            paths[path] = {"x-service": service, **pointed_at(operations, renamed)}
        for operation in _operations(document, paths):
            operation["operationId"] = f"{service}_{operation['operationId']}"
            operation["tags"] = [f"{service}: {tag}" for tag in operation["tags"]]
            if service == "gateway":
                tell_errors(operation["responses"], errors)
                if successor := operation.pop("x-successor", None):
                    legacy.describe(operation, successor, {}, components["schemas"])
            share_problems(components, operation["responses"], service)
        tags += [{**tag, "name": f"{service}: {tag['name']}", "x-service": service} for tag in document["tags"]]
    add_errors(components, errors)
    tags.sort(key=_is_of_older_system)
    return {**own, "tags": tags, "paths": paths, "components": components}


def in_lines(document: Json) -> str:
    """Return a document as JSON with one line a path and a tag: the entrypoint leaves out those of absent services."""
    members = []
    for name, value in document.items():
        if name == "paths":
            lines = ",\n".join(f"{_compact(path)}:{_compact(item)}" for path, item in value.items())
            members.append(f'"paths":{{\n{lines}\n}}')
        elif name == "tags":
            members.append('"tags":[\n' + ",\n".join(map(_compact, value)) + "\n]")
        else:
            members.append(f"{_compact(name)}:{_compact(value)}")
    return "{\n" + ",\n".join(members) + "\n}\n"


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _is_of_older_system(tag: Json) -> bool:
    return ": Legacy: " in tag["name"]


def _operations(document: Json, paths: Json) -> list[Json]:
    return [operation for path in document["paths"] for name, operation in paths[path].items() if name != "x-service"]
