"""What openai_errors.py does to errors, in the OpenAPI document."""

from pydantic import BaseModel

from quartet.openapi import Document
from quartet.openapi_document import complete
from quartet.problems import MEDIA_TYPE
from vectors.openai_errors import PREFIX, as_openai
from vectors.schemas.openai_errors import OpenAIProblem

POINTER = "#/components/schemas/{model}"


def describe(spec: Document) -> Document:
    """Return the completed document, in which the errors on OpenAI's paths are as its clients expect them."""
    described = complete(spec)
    _add_schema(described["components"]["schemas"], OpenAIProblem)
    for path, operations in described["paths"].items():
        if path.startswith(PREFIX):
            for operation in operations.values():
                _change(operation["responses"])
    return described


def _change(responses: Document) -> None:
    """Tell of 422 under 400, and show each problem with its `error`."""
    if invalid := responses.pop("422", None):
        bad = responses["400"]
        bad["description"] += f" · {invalid['description']}"
        bad["content"][MEDIA_TYPE]["examples"] |= invalid["content"][MEDIA_TYPE]["examples"]
    for response in responses.values():
        if problem := response.get("content", {}).get(MEDIA_TYPE):
            problem["schema"] = {"$ref": POINTER.format(model=OpenAIProblem.__name__)}
            for example in problem["examples"].values():
                example["value"] = as_openai(example["value"])


def _add_schema(schemas: Document, model: type[BaseModel]) -> None:
    schema = model.model_json_schema(ref_template=POINTER)
    schemas.update(schema.pop("$defs", {}))
    schemas[model.__name__] = schema
