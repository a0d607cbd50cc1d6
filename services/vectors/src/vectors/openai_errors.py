"""Errors on the paths of OpenAI's API: where its clients look for them, with the status that they expect.

The problem document stays, and `error` comes beside it; input that breaks a rule is 400. The gateway says its own
errors in the same way (gateway/problems.awk).
"""

from typing import Any

from flask import Flask, Response, json, request

from quartet import problems
from vectors.errors import UnknownModel

PREFIX = "/v1/"


def init_app(app: Flask) -> None:
    @app.after_request
    def tell_as_openai_does(response: Response) -> Response:
        if request.path.startswith(PREFIX) and response.mimetype == problems.MEDIA_TYPE:
            document = as_openai(json.loads(response.get_data()))
            response.status_code = document["status"]
            response.set_data(json.dumps(document))
        return response


def as_openai(problem: dict[str, Any]) -> dict[str, Any]:
    """Return a problem document with `error` beside it, and with 400 instead of 422."""
    broken = problem.get("errors", [])
    if broken:
        problem = {**problem, "status": 400, "title": problems.phrase(400)}
    error = {
        "message": problems.in_words(problem),
        "type": _type(problem["status"]),
        "param": _param(problem["code"], broken),
        "code": problem["code"],
    }
    return {**problem, "error": error}


def _type(status: int) -> str:
    if status == 429:
        return "requests"
    return "server_error" if status >= 500 else "invalid_request_error"


def _param(code: str, broken: list[dict[str, str]]) -> str | None:
    """Return the member of the body, or of the path, that is at fault."""
    if code == UnknownModel.code:
        return "model"
    return broken[0]["field"].partition(".")[0] if broken else None
