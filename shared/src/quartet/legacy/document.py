"""What LegacyBlueprint does to answers, in the OpenAPI document."""

from itertools import chain
from typing import Literal

from quartet.legacy.errors import TOKEN_CODES, Tellings, as_told, with_texts
from quartet.openapi_document import GATE_ERRORS, GATEWAY_ERRORS, Document, add_schema
from quartet.problems import MEDIA_TYPE
from quartet.schemas import Problem

JSON = "application/json"
HEADERS: Document = {
    "Deprecation": {"schema": {"type": "string"}, "description": "Since when the route is deprecated (RFC 9745)."},
    "Link": {
        "schema": {"type": "string"},
        "description": "The route that succeeds it, as `successor-version`; or what is said of older systems, as "
        "`deprecation`, in an answer of the gateway's own.",
    },
}

TOLD_BY_GATEWAY = {*chain(*GATEWAY_ERRORS.values(), *GATE_ERRORS.values()), *TOKEN_CODES}
"""Codes of the errors that the gateway may tell, in its own way, before the service is asked."""


class LegacyProblem(Problem):
    """An error as RFC 9457 writes it, with its text where clients of older systems look for it."""

    # At a path that nobody has, the clients of one system look for "error".
    status: int | Literal["error"]  # type: ignore[assignment]
    message: str
    error: str


def describe(operation: Document, successor: str, tellings: Tellings, schemas: Document) -> None:
    """Change a completed operation to one of an older system."""
    operation["deprecated"] = True
    said = operation.get("description")
    operation["description"] = "\n\n".join(filter(None, (said, f"Deprecated: use `{successor}`.")))
    for status, response in list(operation["responses"].items()):
        problem = response.get("content", {}).pop(MEDIA_TYPE, None)
        if problem is None:
            continue
        kept = {}
        for code, example in problem["examples"].items():
            if code in tellings:
                _add_told(operation["responses"], tellings, example["value"])
            if code not in tellings or code in TOLD_BY_GATEWAY:
                kept[code] = {"value": with_texts(example["value"])}
        if kept:
            response["content"][MEDIA_TYPE] = {"schema": add_schema(schemas, LegacyProblem), "examples": kept}
            response["description"] = " · ".join(f"`{code}`" for code in kept)
        elif not response["content"]:
            del operation["responses"][status]
    operation["responses"] = dict(sorted(operation["responses"].items()))
    for response in operation["responses"].values():
        response["headers"] = {**response.get("headers", {}), **HEADERS}


def _add_told(responses: Document, tellings: Tellings, problem: Document) -> None:
    told = tellings[problem["code"]]
    response = responses.setdefault(str(told.status), {"description": f"`{problem['code']}`"})
    content = response.setdefault("content", {}).setdefault(JSON, {"schema": {}, "examples": {}})
    schemas = content["schema"].setdefault("anyOf", [])
    schema = {"type": "object", "properties": {told.member: {"type": "string"}}, "required": [told.member]}
    if schema not in schemas:
        schemas.append(schema)
    content["examples"][problem["code"]] = {"value": as_told(problem, tellings)}
