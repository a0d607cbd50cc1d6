"""Changes of an API, and whether they break those who call it."""

import copy
import json
from collections.abc import Callable
from typing import Any

TEAPOT = {
    "type": "object",
    "properties": {
        "title": {"type": "string", "maxLength": 10},
        "size": {"enum": ["small", "big"], "type": "string"},
        "lid": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        "price": {"type": "number"},
        "parts": {"type": "array", "items": {"$ref": "#/components/schemas/Teapot"}},
    },
    "required": ["title", "size"],
}
OFFER = json.loads(json.dumps(TEAPOT).replace("/Teapot", "/Offer")) | {"additionalProperties": False}
API: dict[str, Any] = {
    "openapi": "3.1.0",
    "paths": {
        "/pots/{id}": {
            "get": {
                "parameters": [
                    {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}},
                    {"name": "unit", "in": "query", "schema": {"type": "string", "enum": ["cup", "litre"]}},
                ],
                "security": [],
                "responses": {
                    "200": {
                        "headers": {"ETag": {"schema": {"type": "string"}}},
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Teapot"}}},
                    },
                    "404": {"description": "none"},
                },
            },
            "put": {
                "security": [{"token": []}, {"cookie": []}],
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Offer"}}}},
                "responses": {"204": {"description": "kept"}},
            },
            "delete": {"deprecated": True, "responses": {"204": {"description": "gone"}}},
        }
    },
    "components": {"schemas": {"Teapot": TEAPOT, "Offer": OFFER}},
}
Change = Callable[[dict[str, Any]], object]


def get(api: dict[str, Any]) -> Any:
    return api["paths"]["/pots/{id}"]["get"]


def put(api: dict[str, Any]) -> Any:
    return api["paths"]["/pots/{id}"]["put"]


def schema(api: dict[str, Any], name: str) -> Any:
    return api["components"]["schemas"][name]


def fields(api: dict[str, Any], name: str) -> Any:
    return schema(api, name)["properties"]


BREAKING: dict[str, tuple[Change, str]] = {
    "a path is gone": (lambda api: api["paths"].clear(), "GET /pots/{}: is gone"),
    "a method is gone": (lambda api: api["paths"]["/pots/{id}"].pop("put"), "PUT /pots/{}: is gone"),
    "a parameter is gone": (lambda api: get(api)["parameters"].pop(), "parameter query unit: is gone"),
    "a parameter is required": (
        lambda api: get(api)["parameters"][1].update(required=True),
        "parameter query unit: is now required",
    ),
    "a new parameter is required": (
        lambda api: get(api)["parameters"].append({"name": "x", "in": "header", "required": True, "schema": {}}),
        "parameter header x: is new and required",
    ),
    "a parameter takes less": (
        lambda api: get(api)["parameters"][1]["schema"].update(enum=["cup"]),
        "parameter query unit: 'litre' is gone",
    ),
    "a parameter has another type": (
        lambda api: get(api)["parameters"][0].update(schema={"type": "string"}),
        "parameter path 0: no integer any more",
    ),
    "callers need a token": (lambda api: get(api).update(security=[{"token": []}]), "asks for token"),
    "a way to log in is gone": (lambda api: put(api).update(security=[{"token": []}]), "asks for token"),
    "a body is required": (lambda api: put(api)["requestBody"].update(required=True), "body: is now required"),
    "a body is gone": (lambda api: put(api).pop("requestBody"), "body: is gone"),
    "a field is required": (
        lambda api: schema(api, "Offer")["required"].append("price"),
        "body.price: is now required",
    ),
    "a new field is required": (
        lambda api: (fields(api, "Offer").update(x={}), schema(api, "Offer")["required"].append("x")),
        "body.x: is now required",
    ),
    "a field is not taken": (lambda api: fields(api, "Offer").pop("lid"), "body.lid: is gone"),
    "a field takes no null": (lambda api: fields(api, "Offer").update(lid={"type": "string"}), "body.lid: no null"),
    "a field takes less": (
        lambda api: fields(api, "Offer")["title"].update(maxLength=5),
        "body.title: maxLength is 10",
    ),
    "a field takes a pattern": (lambda api: fields(api, "Offer")["title"].update(pattern="^a"), "body.title: pattern"),
    "a field takes integers alone": (
        lambda api: fields(api, "Offer").update(price={"type": "integer"}),
        "body.price: no number any more",
    ),
    "what a body is written in": (
        lambda api: put(api)["requestBody"].update(content={"text/csv": {}}),
        "body: application/json is not taken any more",
    ),
    "a status is gone": (lambda api: get(api)["responses"].pop("404"), "answer 404: is gone"),
    "a header is gone": (lambda api: get(api)["responses"]["200"].pop("headers"), "answer 200: header ETag is gone"),
    "what an answer is written in": (
        lambda api: get(api)["responses"]["200"].update(content={"text/csv": {}}),
        "answer 200: application/json is gone",
    ),
    "a field of an answer is gone": (lambda api: fields(api, "Teapot").pop("price"), "answer 200.price: is gone"),
    "a field of an answer may be away": (
        lambda api: schema(api, "Teapot")["required"].remove("title"),
        "answer 200.title: is not always there any more",
    ),
    "a field of an answer may be null": (
        lambda api: fields(api, "Teapot").update(title={"type": ["string", "null"], "maxLength": 10}),
        "answer 200.title: null in place of string",
    ),
    "an answer has another word": (
        lambda api: fields(api, "Teapot")["size"]["enum"].append("huge"),
        "answer 200.size: 'huge' is new",
    ),
    "a field of an answer has another type": (
        lambda api: fields(api, "Teapot").update(price={"type": "string"}),
        "answer 200.price: string in place of number",
    ),
    "a field of an answer is longer": (
        lambda api: fields(api, "Teapot")["title"].update(maxLength=11),
        "answer 200.title: maxLength is 11",
    ),
    "a field within a list": (
        lambda api: fields(api, "Teapot")["parts"].update(items={"type": "string"}),
        "answer 200.parts[]: string in place of object",
    ),
}
HARMLESS: dict[str, Change] = {
    "nothing": lambda api: api,
    "a new route": lambda api: api["paths"].update({"/cups": {"get": {"responses": {"200": {}}}}}),
    "a new method": lambda api: api["paths"]["/pots/{id}"].update(patch={"responses": {"200": {}}}),
    "a route released as deprecated is gone": lambda api: api["paths"]["/pots/{id}"].pop("delete"),
    "a route is deprecated": lambda api: get(api).update(deprecated=True),
    "a parameter of the path has another name": lambda api: api.update(
        paths={"/pots/{pot}": json.loads(json.dumps(api["paths"]["/pots/{id}"]).replace('"id"', '"pot"'))}
    ),
    "a new parameter": lambda api: get(api)["parameters"].append({"name": "x", "in": "query", "schema": {}}),
    "a parameter takes more": lambda api: get(api)["parameters"][1]["schema"]["enum"].append("barrel"),
    "one more way to log in": lambda api: put(api)["security"].append({"passkey": []}),
    "no token is needed any more": lambda api: put(api).update(security=[]),
    "a new field of a body": lambda api: fields(api, "Offer").update(x={"type": "string"}),
    "a field need not be given": lambda api: schema(api, "Offer")["required"].remove("size"),
    "a field takes more": lambda api: fields(api, "Offer")["title"].update(maxLength=20),
    "a field takes null": lambda api: fields(api, "Offer").update(price={"type": ["number", "null"]}),
    "one more way to write a body": lambda api: put(api)["requestBody"]["content"].update({"text/csv": {}}),
    "a new status": lambda api: get(api)["responses"].update({"410": {"description": "gone"}}),
    "a new header": lambda api: get(api)["responses"]["200"]["headers"].update({"Age": {}}),
    "a new field of an answer": lambda api: fields(api, "Teapot").update(x={"type": "string"}),
    "a field of an answer is always there": lambda api: schema(api, "Teapot")["required"].append("price"),
    "a field of an answer is never null": lambda api: fields(api, "Teapot").update(lid={"type": "string"}),
    "an answer has a word less": lambda api: fields(api, "Teapot")["size"]["enum"].remove("big"),
    "a number of an answer is an integer": lambda api: fields(api, "Teapot").update(price={"type": "integer"}),
    "other words": lambda api: fields(api, "Teapot")["title"].update(description="Its name."),
}


def changed(change: Change) -> dict[str, Any]:
    api = copy.deepcopy(API)
    change(api)
    return api
