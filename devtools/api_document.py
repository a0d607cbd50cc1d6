"""`python -m devtools.api_document`: the documents of the services as the gateway publishes them, and one of all."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from devtools.given import ROOT
from devtools.parts import SERVICES

Json = dict[str, Any]

PUBLISHED = ROOT / "gateway/www"
REFERENCE = re.compile(r"#/components/(\w+)/(.+)")
PROBLEM = "application/problem+json"


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
    many operations may answer with become components.
    """
    components: Json = {}
    paths: Json = {}
    tags: list[Json] = []
    for service, document in (services | {"gateway": own}).items():
        renamed = _add_components(components, document["components"], service)
        for path, operations in document["paths"].items():
            if path in paths:
                raise ValueError(f"{service} documents {path}, and another service does too")
            paths[path] = {"x-service": service, **_pointed_at(operations, renamed)}
        for operation in _operations(document, paths):
            operation["operationId"] = f"{service}_{operation['operationId']}"
            operation["tags"] = [f"{service}: {tag}" for tag in operation["tags"]]
            if service == "gateway":
                _tell_errors(operation["responses"], errors)
            _share_problems(components, operation["responses"], service)
        tags += [{**tag, "name": f"{service}: {tag['name']}", "x-service": service} for tag in document["tags"]]
    for error in errors:
        _share(components["responses"], error["code"], _response([error]), "gateway")
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


def _operations(document: Json, paths: Json) -> list[Json]:
    return [operation for path in document["paths"] for name, operation in paths[path].items() if name != "x-service"]


def _add_components(components: Json, found: Json, service: str) -> dict[tuple[str, str], str]:
    """Add the components of one document; returns the new names of those that could not keep theirs."""
    renamed: dict[tuple[str, str], str] = {}
    before: dict[tuple[str, str], str] | None = None
    while before != renamed:  # what points at a renamed component is another one by that
        before = dict(renamed)
        for kind, named in found.items():
            for name, component in named.items():
                there = components.setdefault(kind, {}).get(name)
                if there is not None and there != _pointed_at(component, renamed):
                    renamed[kind, name] = f"{service}.{name}"
    for kind, named in found.items():
        for name, component in named.items():
            components[kind][renamed.get((kind, name), name)] = _pointed_at(component, renamed)
    return renamed


def _pointed_at(value: Any, renamed: dict[tuple[str, str], str]) -> Any:
    """Return a copy whose references point at the new names."""

    def point(reference: str) -> str:
        if found := REFERENCE.fullmatch(reference):
            kind, name = found.groups()
            return f"#/components/{kind}/{renamed.get((kind, name), name)}"
        return reference

    return _changed(value, point)


def _changed(value: Any, point: Callable[[str], str]) -> Any:
    if isinstance(value, dict):
        return {
            name: point(each) if name == "$ref" and isinstance(each, str) else _changed(each, point)
            for name, each in value.items()
        }
    return [_changed(each, point) for each in value] if isinstance(value, list) else value


def _share_problems(components: Json, responses: Json, service: str) -> None:
    for status, response in responses.items():
        if list(response.get("content", ())) == [PROBLEM]:
            name = ".".join(response["content"][PROBLEM]["examples"])
            responses[status] = _share(components.setdefault("responses", {}), name, response, service)


def _share(components: Json, name: str, response: Json, service: str) -> Json:
    if response not in components.values():
        components[f"{service}.{name}" if name in components else name] = response
    shared = next(known for known, there in components.items() if there == response)
    return {"$ref": f"#/components/responses/{shared}"}


def _tell_errors(responses: Json, errors: list[Json]) -> None:
    """Add the errors that any route of the gateway's own may end in; a status with an answer of its own keeps it."""
    for status in (400, 413, 414, 429, 431, 500, 502, 504):
        responses[str(status)] = _response([error for error in errors if error["status"] == status])


def _response(errors: list[Json]) -> Json:
    """Return the response that one of these errors is, all of one status."""
    response: Json = {
        "description": " · ".join(f"`{error['code']}`" for error in errors),
        "content": {
            PROBLEM: {
                "schema": {"$ref": "#/components/schemas/Problem"},
                "examples": {error["code"]: {"value": _example(error)} for error in errors},
            }
        },
    }
    if errors[0]["status"] in (429, 502, 503, 504):
        response["headers"] = {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds to wait."}}
    if errors[0]["status"] == 401:
        response["headers"] = {"WWW-Authenticate": {"schema": {"type": "string"}}}
    if errors[0]["status"] == 405:
        response["headers"] = {"Allow": {"schema": {"type": "string"}, "description": "The methods it knows."}}
    return response


def _example(error: Json) -> Json:
    return {
        "type": f"urn:quartet:error:{error['code']}",
        "title": error["title"],
        "status": error["status"],
        "detail": error["meaning"],
        "code": error["code"],
        "request_id": "5f2b1c0e9d7a4e61b3c8f0a2d4e6b8c1",
    }


def main() -> None:
    for path, text in pages().items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        print(f"Wrote {path.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
