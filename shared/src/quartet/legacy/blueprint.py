"""The routes of one older system in one service."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, TypeVar

from flask import Response, current_app, json, request

from quartet import problems
from quartet.legacy import document
from quartet.legacy.errors import Tellings, as_told
from quartet.openapi import Blueprint, Document

PREFIX = "/legacy/"
CHALLENGE = 'Bearer realm="quartet"'
DEPRECATED_SINCE = 1795219200  # 2026-11-21, in seconds since 1970

View = TypeVar("View", bound=Callable[..., Any])


def replaced_by(route: str) -> Callable[[View], View]:
    """Mark a view by the route that does the same today: `"GET /api/users/{user_id}"`, with the view's arguments."""

    def mark(view: View) -> View:
        view.successor = route  # type: ignore[attr-defined]
        return view

    return mark


class LegacyBlueprint(Blueprint):
    """The routes below /legacy/<system>; each is marked by `replaced_by`.

    An error whose code is in `tellings` is told as the system did; any other is a problem document which has its text
    as `message` and as `error` too. Answers say that the route is deprecated (RFC 9745) and by what it was replaced
    (RFC 5829).
    """

    def __init__(self, system: str, import_name: str, tellings: Tellings, **options: Any) -> None:
        name = f"legacy_{system.replace('-', '_')}"
        super().__init__(name, import_name, url_prefix=PREFIX + system, tag=f"Legacy: {system}", **options)
        self.tellings = tellings
        self.after_request(self._tell)

    def describe(self, operation: Document, view: Callable[..., Any], schemas: Document) -> None:
        """Change the description of one of these routes; `quartet.openapi_document` asks for it."""
        document.describe(operation, view.successor, self.tellings, schemas)  # type: ignore[attr-defined]

    def _tell(self, response: Response) -> Response:
        response.headers["Deprecation"] = f"@{DEPRECATED_SINCE}"
        if successor := self._successor():
            response.headers.add("Link", f'<{successor}>; rel="successor-version"')
        if response.mimetype == problems.MEDIA_TYPE:
            problem = json.loads(response.get_data())
            response.set_data(json.dumps(as_told(problem, self.tellings)))
            if told := self.tellings.get(problem["code"]):
                response.status_code = told.status
                response.content_type = "application/json"
                if told.status == HTTPStatus.UNAUTHORIZED:  # whatever it was before: RFC 9110, 15.5.2
                    response.headers.setdefault("WWW-Authenticate", CHALLENGE)
        return response

    @staticmethod
    def _successor() -> str | None:
        view = current_app.view_functions[request.endpoint] if request.endpoint else None
        route = getattr(view, "successor", None)
        return route and route.partition(" ")[2].format(**request.view_args or {})
