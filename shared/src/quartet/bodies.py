"""Request bodies: JSON of at most 1 MiB, and what a view says that it takes besides."""

from collections.abc import Callable
from typing import IO, Any, TypeVar

from flask import Flask, Request, current_app, request
from werkzeug.exceptions import UnsupportedMediaType

from quartet.settings import Settings

KEY = "quartet.settings"
LARGEST_BODY = 1024 * 1024

View = TypeVar("View", bound=Callable[..., Any])


class ApiRequest(Request):
    """A request whose body is JSON and says so, or is empty."""

    max_content_length = LARGEST_BODY

    def get_json(self, force: bool = False, silent: bool = False, cache: bool = True) -> Any:
        del force  # APIFlask would read any media type as JSON
        if not self.get_data(cache=True):
            return {}
        require_plain(self)
        if not self.is_json:
            raise UnsupportedMediaType
        value = super().get_json(silent=silent, cache=cache)
        return "null" if value is None else value  # APIFlask would take null for an empty object

    def _load_form_data(self) -> None:
        require_plain(self)
        super()._load_form_data()


def require_plain(request: Request) -> None:
    """Refuse a body that says it is compressed: it is neither unpacked nor taken for what it is not."""
    if request.content_encoding not in (None, "identity"):
        raise UnsupportedMediaType


def longest_body(setting: str) -> Callable[[View], View]:
    """Mark a view that takes bodies of up to the number of bytes in that setting of its service."""

    def mark(view: View) -> View:
        view.longest_body = setting  # type: ignore[attr-defined]
        return view

    return mark


def plain_stream() -> IO[bytes]:
    """Return the body of the present request, to be read in pieces.

    Reading past the limit raises RequestEntityTooLarge (413); a body that says it is compressed is not read (415).
    """
    require_plain(request)
    return request.stream


def init_app(app: Flask, settings: Settings) -> None:
    app.request_class = ApiRequest
    app.extensions[KEY] = settings

    @app.before_request
    def let_it_be_long() -> None:
        if request.url_rule is not None:
            setting = getattr(current_app.view_functions[request.url_rule.endpoint], "longest_body", None)
            if setting is not None:
                request.max_content_length = getattr(current_app.extensions[KEY], setting)
