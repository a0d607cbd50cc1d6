"""What in a new document breaks callers of the old one: routes, parameters, bodies, answers, who may call."""

import re
from collections.abc import Iterator
from typing import Any

from devtools.api_compatibility.schemas import Comparison

METHODS = ("get", "put", "post", "delete", "patch", "head", "options")
Node = dict[str, Any]


def breaking_changes(old: Node, new: Node) -> list[str]:
    """Return each breaking change as `METHOD /path: what`."""
    after = dict(operations(new))
    found = []
    for (method, path), operation in operations(old):
        route = f"{method.upper()} {path}"
        successor = after.get((method, path))
        if successor is None:
            if not operation.get("deprecated"):
                found.append(f"{route}: is gone")
            continue
        changes = _Operation(old, new, operation, successor).changes()
        found += [f"{route}: {change}" for change in changes]
    return found


def operations(document: Node) -> Iterator[tuple[tuple[str, str], Node]]:
    """Method and path, in which the names of parameters do not matter, with the operation."""
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                shared = item.get("parameters", [])
                whole = item[method] | {"parameters": [*shared, *item[method].get("parameters", [])]}
                whole.setdefault("security", document.get("security", []))
                yield (method, re.sub(r"{[^}]*}", "{}", path)), whole


class _Operation:
    def __init__(self, old_document: Node, new_document: Node, old: Node, new: Node) -> None:
        self._documents = old_document, new_document
        self._old, self._new = old, new

    def changes(self) -> Iterator[str]:
        yield from self._callers()
        yield from self._parameters()
        yield from self._body()
        yield from self._answers()

    def _callers(self) -> Iterator[str]:
        accepted = [set(each) for each in self._new["security"]] or [set()]
        for each in self._old["security"] or [{}]:
            if not any(needed <= set(each) for needed in accepted):
                schemes = sorted("+".join(sorted(needed)) for needed in accepted)
                yield f"asks for {' or '.join(schemes)}, which it did not"

    def _parameters(self) -> Iterator[str]:
        old, new = named_parameters(self._old), named_parameters(self._new)
        for name, parameter in old.items():
            if name not in new:
                yield f"parameter {name}: is gone"
                continue
            if new[name].get("required") and not parameter.get("required"):
                yield f"parameter {name}: is now required"
            yield from self._asked(parameter.get("schema", {}), new[name].get("schema", {}), f"parameter {name}")
        for name in new.keys() - old.keys():
            if new[name].get("required"):
                yield f"parameter {name}: is new and required"

    def _body(self) -> Iterator[str]:
        old, new = self._old.get("requestBody"), self._new.get("requestBody")
        if old and not new:
            yield "body: is gone"
        if not new:
            return
        if new.get("required") and not (old and old.get("required")):
            yield "body: is now required"
        for kind, media in (old or {}).get("content", {}).items():
            if kind not in new["content"]:
                yield f"body: {kind} is not taken any more"
            else:
                yield from self._asked(media.get("schema", {}), new["content"][kind].get("schema", {}), "body")

    def _answers(self) -> Iterator[str]:
        for status, old in self._old["responses"].items():
            new = self._new["responses"].get(status)
            if new is None:
                yield f"answer {status}: is gone"
                continue
            for header in old.get("headers", {}).keys() - new.get("headers", {}).keys():
                yield f"answer {status}: header {header} is gone"
            for kind, media in old.get("content", {}).items():
                if kind not in new.get("content", {}):
                    yield f"answer {status}: {kind} is gone"
                    continue
                answer = Comparison("answer", self._documents[1], self._documents[0])
                given, taken = new["content"][kind].get("schema", {}), media.get("schema", {})
                yield from answer.gaps(given, taken, f"answer {status}")

    def _asked(self, old: Any, new: Any, place: str) -> list[str]:
        return Comparison("request", *self._documents).gaps(old, new, place)


def named_parameters(operation: Node) -> dict[str, Node]:
    """By place and name; those of the path, whose names no caller sees, by their order."""
    found: dict[str, Node] = {}
    for parameter in operation["parameters"]:
        order = sum(name.startswith("path ") for name in found)
        found[f"{parameter['in']} {order if parameter['in'] == 'path' else parameter['name']}"] = parameter
    return found
