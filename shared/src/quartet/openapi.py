"""OpenAPI 3.1 from the code: what routes say of themselves, and the document made of it."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from apiflask import APIBlueprint, APIFlask
from apiflask.schema_adapters import registry
from apiflask.schema_adapters.pydantic import PydanticAdapter
from pydantic import BaseModel

from quartet.errors import DomainError
from quartet.openapi_document import SCHEME, Document, complete

__all__ = ["Blueprint", "Document", "also_answers", "document", "init_app", "problems_of"]

View = TypeVar("View", bound=Callable[..., Any])


def problems_of(*kinds: type[DomainError]) -> Callable[[View], View]:
    """Declare the domain errors that a view may end in, for the document and for docs/errors.md."""

    def mark(view: View) -> View:
        view.problems = kinds  # type: ignore[attr-defined]
        return view

    return mark


def also_answers(model: type[BaseModel], status: int, description: str, example: Document) -> Callable[[View], View]:
    """Declare a second successful answer of a view, beside the one of its `output`."""

    def mark(view: View) -> View:
        view.second_answer = (model, status, description, example)  # type: ignore[attr-defined]
        return view

    return mark


class ModelAdapter(PydanticAdapter):
    """Pydantic models whose values reach our JSON writer as they are, so that a Decimal stays exact."""

    def serialize_output(self, data: Any, many: bool = False) -> Any:
        del many
        model = data if isinstance(data, BaseModel) else self.model_class.model_validate(data)
        return model.model_dump(mode="python", by_alias=True, exclude_unset=True)


# At import: the decorators of routes look the adapter up when they are read.
registry.register("pydantic", ModelAdapter)


class Blueprint(APIBlueprint):
    """A set of routes that speak through ModelAdapter; services take it from here."""


def init_app(app: APIFlask) -> None:
    app.config.update(
        OPENAPI_VERSION="3.1.0",
        AUTO_404_RESPONSE=False,
        AUTO_VALIDATION_ERROR_RESPONSE=False,
        AUTO_OPERATION_ID=True,
        AUTO_SERVERS=False,
        SERVERS=[{"url": "/", "description": "The gateway"}],
        SECURITY_SCHEMES={SCHEME: {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
    )
    app.spec_processor(complete)  # type: ignore[arg-type]


def document(app: APIFlask) -> Document:
    """Return the OpenAPI document of a service."""
    with app.app_context():
        return cast(Document, app.spec)
