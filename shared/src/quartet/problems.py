"""RFC 9457 problem documents: the one place where an error becomes an HTTP answer."""

import re
from http import HTTPStatus
from typing import Any, cast

from apiflask import APIFlask
from apiflask.exceptions import HTTPError, _ValidationError
from flask import Response, current_app, json, request
from pydantic import ValidationError
from pydantic_core import ErrorDetails
from werkzeug.exceptions import HTTPException
from werkzeug.http import HTTP_STATUS_CODES

from quartet import errors
from quartet.logs import request_id

STATUS: dict[type[errors.DomainError], HTTPStatus] = {
    errors.InvalidInput: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.Unauthenticated: HTTPStatus.UNAUTHORIZED,
    errors.Forbidden: HTTPStatus.FORBIDDEN,
    errors.NotFound: HTTPStatus.NOT_FOUND,
    errors.NotAcceptable: HTTPStatus.NOT_ACCEPTABLE,
    errors.Conflict: HTTPStatus.CONFLICT,
    errors.PreconditionFailed: HTTPStatus.PRECONDITION_FAILED,
    errors.BodyTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    errors.UnsupportedMediaType: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    errors.PreconditionRequired: HTTPStatus.PRECONDITION_REQUIRED,
    errors.TooManyRequests: HTTPStatus.TOO_MANY_REQUESTS,
    errors.Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}
"""Which status each kind of domain error has; a subclass has that of its nearest base."""

CODES: dict[int, tuple[str, str]] = {
    400: ("malformed_request", "The request can't be read."),
    404: (errors.NotFound.code, errors.NotFound.detail),
    405: ("method_not_allowed", "This path does not know the method; the Allow header lists those it knows."),
    413: (errors.BodyTooLarge.code, errors.BodyTooLarge.detail),
    414: ("uri_too_long", "The request line is longer than 8 KiB."),
    415: ("unsupported_media_type", "The body must be JSON, with the header Content-Type: application/json."),
    431: ("headers_too_large", "A header is too long, or there are too many."),
    500: ("internal_error", "Something failed on our side. The request id leads us to it."),
    501: ("not_implemented", "The request uses a transfer coding that is not known."),
}
"""Code and detail of the errors that Flask and gunicorn themselves raise."""

PHRASES = {413: "Content Too Large", 414: "URI Too Long", 422: "Unprocessable Content"}
MEDIA_TYPE = "application/problem+json"

MOST_FIELDS, LONGEST_FIELD = 20, 100
"""What an answer tells of an input that breaks thousands of rules, or has a member with a name of a megabyte."""

MOST_IN_WORDS = 3


def phrase(status: int) -> str:
    """Return the title of a status, as RFC 9110 has it; Python's own words change with its version."""
    return PHRASES.get(status) or HTTP_STATUS_CODES[status]


def status_of(error: type[errors.DomainError]) -> HTTPStatus:
    return next(STATUS[base] for base in error.__mro__ if base in STATUS)


def problem(status: int, code: str, detail: str, **members: Any) -> Response:
    """Return the problem document of one error as a response."""
    document = {
        "type": f"urn:quartet:error:{code}",
        "title": phrase(status),
        "status": status,
        "detail": detail,
        "code": code,
        "request_id": request_id(),
        **members,
    }
    response = Response(json.dumps(document), status, content_type=MEDIA_TYPE)
    response.headers["Cache-Control"] = "no-store"
    return response


def in_words(problem: dict[str, Any]) -> str:
    """Return the one sentence for clients that look for no more: the first fields at fault, else the detail."""
    broken = problem.get("errors", [])
    told = [f"{each['field']}: {each['message']}" for each in broken[:MOST_IN_WORDS]]
    if len(broken) > MOST_IN_WORDS:
        told.append(f"and {len(broken) - MOST_IN_WORDS} more")
    return "; ".join(told) or str(problem["detail"])


def init_app(app: APIFlask) -> None:
    app.register_error_handler(errors.DomainError, render)
    app.register_error_handler(_ValidationError, _validation_problem)
    app.register_error_handler(HTTPError, _http_problem)
    app.register_error_handler(HTTPException, _http_problem)
    app.register_error_handler(Exception, _unexpected_problem)


def render(error: errors.DomainError) -> Response:
    """Return the answer that tells of a domain error."""
    members: dict[str, Any] = {}
    if isinstance(error, errors.InvalidInput):
        members["errors"] = [{"field": e.field, "message": e.message} for e in error.errors[:MOST_FIELDS]]
    status = status_of(type(error))
    response = problem(status, error.code, error.message, **members)
    if isinstance(error, errors.Unavailable | errors.TooManyRequests):
        response.headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, errors.Unauthenticated):
        response.headers["WWW-Authenticate"] = getattr(error, "challenge", "Bearer")
    return response


def invalid_input(error: _ValidationError) -> errors.InvalidInput:
    """Return what a schema found wrong, as the domain error that says it."""
    return errors.InvalidInput(*broken_rules(cast(ValidationError, error.__cause__)))


def broken_rules(error: ValidationError, whole: str = "body") -> list[errors.FieldError]:
    """Return the rules that an input breaks; `whole` names the input where none of its fields is at fault."""
    return [
        errors.FieldError(_field(each) or whole, _message(each))
        for each in error.errors(include_url=False)[:MOST_FIELDS]
    ]


def _validation_problem(error: _ValidationError) -> Response:
    return render(invalid_input(error))


def _field(error: ErrorDetails) -> str:
    name = ".".join(map(str, error["loc"]))
    return name if len(name) <= LONGEST_FIELD else name[: LONGEST_FIELD - 1] + "…"


def _message(error: ErrorDetails) -> str:
    """Return pydantic's message, or a better one where it speaks of Python rather than of the input."""
    match error["type"]:
        case "value_error":
            return str(error["ctx"]["error"])
        case "model_type":
            return "Input should be a JSON object"
        case "too_long" | "too_short":
            message = error["msg"].partition(" after validation")[0]
            return re.sub("^Value(.*)item", r"String\1character", message)
    return error["msg"]


def _http_problem(error: HTTPException | HTTPError) -> Response:
    status = getattr(error, "status_code", None) or getattr(error, "code", None) or 500
    code, detail = CODES.get(status, CODES[500])
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE and request.max_content_length is not None:
        detail = f"{detail} It takes {request.max_content_length} bytes."
    response = problem(status, code, detail)
    if allowed := getattr(error, "valid_methods", None):
        response.headers["Allow"] = ", ".join(sorted(allowed))
    return response


def _unexpected_problem(_error: Exception) -> Response:
    current_app.logger.exception("unexpected error")
    return problem(500, *CODES[500])
