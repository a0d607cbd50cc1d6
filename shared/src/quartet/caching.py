"""Reading again: for how long a copy of an answer may be kept, and 304 for whoever has the present one."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, TypeVar

from flask import Flask, Response, current_app, request

from quartet import problems
from quartet.errors import PreconditionFailed

View = TypeVar("View", bound=Callable[..., Any])


def kept(cache_control: str) -> Callable[[View], View]:
    """Mark a view that reads: its answers carry this Cache-Control (RFC 9111 §5.2), and an ETag made of their bytes.

    If-None-Match with that ETag is answered 304 (RFC 9110 §13.1.2). An error may not be kept, as everywhere.
    """

    def mark(view: View) -> View:
        view.cache_control = cache_control  # type: ignore[attr-defined]
        return view

    return mark


def cache_control_of(view: Callable[..., Any]) -> str | None:
    """Return what `kept` said of a view."""
    return getattr(view, "cache_control", None)


def _any_version(environ: dict[str, Any]) -> dict[str, Any]:
    """Return the environment without an If-Match of `*`, which any answer meets; werkzeug takes it for a tag."""
    wanted = environ.get("HTTP_IF_MATCH", "").strip()
    return {name: value for name, value in environ.items() if name != "HTTP_IF_MATCH"} if wanted == "*" else environ


def init_app(app: Flask) -> None:
    @app.after_request
    def let_it_be_kept(response: Response) -> Response:
        if request.url_rule is None or response.status_code != 200:
            return response
        cache_control = cache_control_of(current_app.view_functions[request.url_rule.endpoint])
        if cache_control is not None:
            response.headers["Cache-Control"] = cache_control
            response.add_etag()
            response.make_conditional(_any_version(request.environ))
            if response.status_code == HTTPStatus.PRECONDITION_FAILED:  # an If-Match of another version
                return problems.render(PreconditionFailed())
        return response
