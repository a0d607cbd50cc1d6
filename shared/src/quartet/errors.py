"""The domain errors: what went wrong, in words that know nothing of HTTP.

A use case raises one of these; `quartet.problems` is the one place that turns them into answers. `code` is stable
and listed in docs/errors.md, `detail` is the sentence a caller reads.
"""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class FieldError:
    """One rule broken by one field of the input; `message` never repeats the value."""

    field: str
    message: str


class DomainError(Exception):
    """Base of all errors that a caller is meant to understand."""

    code: ClassVar[str]
    detail: ClassVar[str]

    def __init__(self, detail: str | None = None) -> None:
        self.message = detail or self.detail
        super().__init__(self.message)


class InvalidInput(DomainError):
    code = "invalid_input"
    detail = "The request holds a field that breaks a rule."

    def __init__(self, *errors: FieldError) -> None:
        super().__init__()
        self.errors = errors


class Unauthenticated(DomainError):
    code = "token_invalid"
    detail = "The access token is not valid."


class Forbidden(DomainError):
    code = "forbidden"
    detail = "You may not do this."


class NotFound(DomainError):
    code = "not_found"
    detail = "There is nothing here."


class Conflict(DomainError):
    code = "conflict"
    detail = "The request contradicts the present state."


class PreconditionRequired(DomainError):
    code = "precondition_required"
    detail = "Say in If-Match which version is to be changed: the ETag that came with it."


class PreconditionFailed(DomainError):
    code = "precondition_failed"
    detail = "It has been changed since; read it again."


class NotAcceptable(DomainError):
    code = "not_acceptable"
    detail = "There is no answer of a media type that the Accept header allows."


class BodyTooLarge(DomainError):
    code = "body_too_large"
    detail = "The body is larger than this route takes."


class UnsupportedMediaType(DomainError):
    code = "unsupported_media_type"
    detail = "The body is of a media type that this route does not take."


class Unavailable(DomainError):
    """A part that the answer needs is away for the moment; trying again after `retry_after` seconds makes sense."""

    code = "unavailable"
    detail = "The service can't answer right now. Try again in a moment."
    retry_after: ClassVar[int] = 1


class TooManyRequests(DomainError):
    """Something was tried or asked for too often; it makes sense again after `retry_after` seconds."""

    code = "rate_limited"
    detail = "Too many requests; wait for the seconds that Retry-After gives."

    def __init__(self, retry_after: int = 1, detail: str | None = None) -> None:
        super().__init__(detail)
        self.retry_after = retry_after
