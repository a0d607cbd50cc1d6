"""Pages: what a link of a mail leads to, with a form that posts to where the page is."""

import functools
import secrets
from collections.abc import Callable
from http import HTTPStatus
from typing import ParamSpec, TypeVar

from apiflask.exceptions import _ValidationError
from flask import Response, make_response, render_template, request

from quartet import problems
from quartet.errors import DomainError
from quartet.openapi import Document

P = ParamSpec("P")
Answer = TypeVar("Answer")

HTML: Document = {"text/html": {"schema": {"type": "string"}}}
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


def page(template: str, title: str, text: str, status: int = HTTPStatus.OK, **values: object) -> Response:
    """Return a page of `templates/pages` that no other site can frame, that runs no script and leaks no address."""
    nonce = secrets.token_urlsafe(16)
    answer = make_response(
        render_template(f"pages/{template}.html", title=title, text=text, nonce=nonce, **values), status
    )
    answer.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'nonce-{nonce}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )
    answer.headers["Referrer-Policy"] = "no-referrer"  # the address of the page holds the token
    answer.headers["Cache-Control"] = "no-store"
    return answer


def is_form() -> bool:
    """Tell whether a form was posted, so that a page is the answer."""
    return request.mimetype in FORMS


def told_by(
    write: Callable[[DomainError], Response],
) -> Callable[[Callable[P, Answer]], Callable[P, Answer | Response]]:
    """Let a view tell a form's errors by the page that `write` makes; it gets their status and Retry-After."""

    def wrap(view: Callable[P, Answer]) -> Callable[P, Answer | Response]:
        @functools.wraps(view)
        def call(*args: P.args, **kwargs: P.kwargs) -> Answer | Response:
            try:
                return view(*args, **kwargs)
            except (DomainError, _ValidationError) as raised:
                if not is_form():
                    raise
                error = problems.invalid_input(raised) if isinstance(raised, _ValidationError) else raised
            problem, answer = problems.render(error), write(error)
            answer.status_code = problem.status_code
            if "Retry-After" in problem.headers:
                answer.headers["Retry-After"] = problem.headers["Retry-After"]
            return answer

        return call

    return wrap
