"""Problem documents as responses, each stated once."""

from itertools import chain, count

from devtools.api_document.components import Json

PROBLEM = "application/problem+json"


def share_problems(components: Json, responses: Json, service: str) -> None:
    for status, response in responses.items():
        if list(response.get("content", ())) == [PROBLEM]:
            name = ".".join(response["content"][PROBLEM]["examples"])
            responses[status] = _share(components["responses"], name, response, service)


def _share(components: Json, name: str, response: Json, service: str) -> Json:
    if response not in components.values():
        names = chain([name, f"{service}.{name}"], (f"{service}.{name}.{number}" for number in count(2)))
        components[next(each for each in names if each not in components)] = response
    shared = next(known for known, there in components.items() if there == response)
    return {"$ref": f"#/components/responses/{shared}"}


def tell_errors(responses: Json, errors: list[Json]) -> None:
    """Add the errors that any route of the gateway's own may end in; a status with an answer of its own keeps it."""
    for status in (400, 413, 414, 429, 431, 500, 502, 504):
        responses[str(status)] = _response([error for error in errors if error["status"] == status])


def _response(errors: list[Json]) -> Json:
    """Return the response that one of these errors is, all of one status."""
    response: Json = {
        "description": " · ".join(f"`{error['code']}`" for error in errors),
        "content": {
            PROBLEM: {
                "schema": {"$ref": "#/components/schemas/Problem"},
                "examples": {error["code"]: {"value": _example(error)} for error in errors},
            }
        },
    }
    if errors[0]["status"] in (429, 502, 503, 504):
        response["headers"] = {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds to wait."}}
    if errors[0]["status"] == 401:
        response["headers"] = {"WWW-Authenticate": {"schema": {"type": "string"}}}
    if errors[0]["status"] == 405:
        response["headers"] = {"Allow": {"schema": {"type": "string"}, "description": "The methods it knows."}}
    return response


def _example(error: Json) -> Json:
    return {
        "type": f"urn:quartet:error:{error['code']}",
        "title": error["title"],
        "status": error["status"],
        "detail": error["meaning"],
        "code": error["code"],
        "request_id": "5f2b1c0e9d7a4e61b3c8f0a2d4e6b8c1",
    }


def add_errors(components: Json, errors: list[Json]) -> None:
    """Add every error of the gateway as a response of its own."""
    for error in errors:
        _share(components["responses"], error["code"], _response([error]), "gateway")
