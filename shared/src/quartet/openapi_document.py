"""What APIFlask's OpenAPI document lacks: security, every error, exact path parameters."""

from collections.abc import Callable
from typing import Any

from flask import current_app
from pydantic import BaseModel
from werkzeug.routing import Rule

from quartet import problems
from quartet.caching import cache_control_of
from quartet.errors import DomainError, Forbidden, InvalidInput, NotFound, PreconditionFailed
from quartet.guard import access_of
from quartet.schemas import InputProblem, Problem
from quartet.tokens import TokenExpired, TokenInvalid, TokenMissing, TokenRevoked

Document = dict[str, Any]

SCHEME = "accessToken"
GATEWAY_ERRORS: dict[int, dict[str, str]] = {
    400: {
        "malformed_request": "The request is not valid HTTP, or its address has a byte that no URI has.",
        "ambiguous_path": "The path has an empty or dot segment, an encoded slash, dot, backslash, percent sign or "
        "control character, a semicolon, a backslash or a #.",
    },
    413: {"body_too_large": "The request body is longer than this route takes."},
    414: {"uri_too_long": "The request line is longer than 8 KiB."},
    429: {"rate_limited": "Too many requests; wait for the seconds that Retry-After gives."},
    431: {"headers_too_large": "A header is longer than 8 KiB, or there are too many."},
    500: {"internal_error": "The gateway failed; the request was not passed on."},
    502: {"upstream_failed": "The service behind this route cannot be reached or broke off."},
    503: {"unavailable": "The service behind this route takes no requests just now."},
    504: {"upstream_timeout": "The service behind this route did not answer in time."},
}
"""What any operation may answer before its service is reached, as gateway/errors.json has it."""

GATE_ERRORS: dict[int, dict[str, str]] = {
    503: {
        "not_ready": "The gateway has started and does not have the signing keys and revocations yet.",
        "revocations_stale": "The revocations are older than the gateway may rely on.",
    },
}
"""What the check of a token may answer besides."""

TOKEN_ERRORS = (TokenMissing, TokenInvalid, TokenExpired, TokenRevoked)


def complete(spec: Document) -> Document:
    """Return the document completed; called within the application that it describes."""
    schemas = spec.setdefault("components", {}).setdefault("schemas", {})
    for model in (Problem, InputProblem):
        add_schema(schemas, model)
    kept: Document = {}
    for rule in current_app.url_map.iter_rules():
        path = _path_of(rule)
        view = current_app.view_functions[rule.endpoint]
        if path not in spec["paths"] or access_of(view) == "internal":
            continue
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            operation = spec["paths"][path][method.lower()]
            _complete_operation(operation, rule, view, schemas)
            kept.setdefault(path, {})[method.lower()] = operation
    spec["paths"] = dict(sorted(kept.items()))
    spec["tags"] = list({tag["name"]: tag for tag in spec.get("tags", [])}.values())  # one for several blueprints
    return spec


def _complete_operation(operation: Document, rule: Rule, view: Callable[..., Any], schemas: Document) -> None:
    guarded = access_of(view) == "token"
    operation["security"] = [{SCHEME: []}] if guarded else []
    for parameter in operation.get("parameters", []):
        if parameter["in"] == "path":
            parameter["schema"] = rule._converters[parameter["name"]].schema  # type: ignore[attr-defined]
    operation.setdefault("parameters", []).extend(getattr(view, "headers", ()))
    _add_answers(operation, view, schemas)
    if cache_control_of(view) is not None:
        _add_conditional(operation)
    _describe_body(operation, view, schemas)
    _add_problems(operation, _problems(operation, rule, view, guarded))
    blueprint = current_app.blueprints.get(rule.endpoint.rpartition(".")[0])
    if describe := getattr(blueprint, "describe", None):
        describe(operation, view, schemas)


def _add_answers(operation: Document, view: Callable[..., Any], schemas: Document) -> None:
    """Say what a view answers besides what `output` says of it."""
    if hasattr(view, "second_answer"):
        model, status, description, example = view.second_answer
        content = {"schema": add_schema(schemas, model), "example": example}
        operation["responses"][str(int(status))] = {
            "description": description,
            "content": {"application/json": content},
        }
    answers = getattr(view, "other_answers", ())
    if answers and not view._spec.get("response", {}).get("schema"):  # type: ignore[attr-defined]
        operation["responses"].pop("200", None)  # what APIFlask supposes of a view that says nothing
    for status, media_type, description, content in answers:
        response = operation["responses"].setdefault(str(int(status)), {"description": description})
        response.setdefault("content", {})[media_type] = content


def _describe_body(operation: Document, view: Callable[..., Any], schemas: Document) -> None:
    if hasattr(view, "bodies"):
        operation.setdefault("requestBody", {"content": {}, "required": True})["content"] |= view.bodies
    elif "requestBody" in operation:
        name = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[1]
        operation["requestBody"]["required"] = not {"required", "oneOf"}.isdisjoint(schemas[name])


def _problems(operation: Document, rule: Rule, view: Callable[..., Any], guarded: bool) -> dict[int, dict[str, str]]:
    """Return the details of all errors that an operation may end in, by status and code."""
    kinds: list[type[DomainError]] = [*getattr(view, "problems", ()), *(TOKEN_ERRORS if guarded else ())]
    if getattr(view, "required_role", None):
        kinds.append(Forbidden)
    if "requestBody" in operation or any(p["in"] == "query" for p in operation["parameters"]):
        kinds.append(InvalidInput)
    if rule.arguments:
        kinds.append(NotFound)
    if cache_control_of(view) is not None:
        kinds.append(PreconditionFailed)
    found: dict[int, dict[str, str]] = {status: dict(codes) for status, codes in GATEWAY_ERRORS.items()}
    if guarded:
        for status, codes in GATE_ERRORS.items():
            found.setdefault(status, {}).update(codes)
    if "requestBody" in operation:
        for status in (400, 413, 415):
            code, detail = problems.CODES[status]
            found.setdefault(status, {})[code] = detail
    for kind in kinds:
        found.setdefault(problems.status_of(kind), {})[kind.code] = kind.detail
    return found


def _add_problems(operation: Document, found: dict[int, dict[str, str]]) -> None:
    for status, codes in sorted(found.items()):
        declared = operation["responses"].get(str(int(status)), {})
        response = _response(int(status), codes)
        operation["responses"][str(int(status))] = response
        response["content"] |= declared.get("content", {})


def _add_conditional(operation: Document) -> None:
    """Say of a reading operation that its answer carries an ETag, and that the reader may name it the next time."""
    text = {"schema": {"type": "string"}}
    headers = {"ETag": text, "Cache-Control": text | {"description": "Whether, and for how long, a copy may be kept."}}
    operation["responses"]["200"]["headers"] = headers
    unchanged = "The answer is still the one that If-None-Match names."
    operation["responses"]["304"] = {"description": unchanged, "headers": headers}
    named = {"in": "header", "name": "If-None-Match", "required": False, "description": "The ETag of a copy."}
    operation["parameters"].append(named | text)


def add_schema(schemas: Document, model: type[BaseModel]) -> Document:
    """Add what describes a model, and return what points at it."""
    schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(schema.pop("$defs", {}))
    schemas[model.__name__] = schema
    return {"$ref": f"#/components/schemas/{model.__name__}"}


def _response(status: int, codes: dict[str, str]) -> Document:
    schema = InputProblem if status == problems.STATUS[InvalidInput] else Problem
    response: Document = {
        "description": " · ".join(f"`{code}`" for code in codes),
        "content": {
            problems.MEDIA_TYPE: {
                "schema": {"$ref": f"#/components/schemas/{schema.__name__}"},
                "examples": {code: {"value": _example(status, code, detail)} for code, detail in codes.items()},
            }
        },
    }
    if status in (429, 503):
        response["headers"] = {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds to wait."}}
    if status == 401:
        response["headers"] = {"WWW-Authenticate": {"schema": {"type": "string"}}}
    return response


def _example(status: int, code: str, detail: str) -> Document:
    example: Document = {
        "type": f"urn:quartet:error:{code}",
        "title": problems.phrase(status),
        "status": status,
        "detail": detail,
        "code": code,
        "request_id": "5f2b1c0e9d7a4e61b3c8f0a2d4e6b8c1",
    }
    if status == problems.STATUS[InvalidInput]:
        example["errors"] = [{"field": "name", "message": "Field required"}]
    return example


def _path_of(rule: Rule) -> str:
    return "".join(f"{{{part}}}" if dynamic else part for dynamic, part in rule._trace if part != "|")
