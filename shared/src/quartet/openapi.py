"""OpenAPI 3.1 from the code: what routes say of themselves, and the document made of it."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from apiflask import APIBlueprint, APIFlask
from apiflask.schema_adapters import registry
from apiflask.schema_adapters.pydantic import PydanticAdapter
from pydantic import BaseModel

from quartet.errors import DomainError
from quartet.openapi_document import SCHEME, Document, complete

__all__ = [
    "Blueprint",
    "Document",
    "View",
    "also_answers",
    "answers_with",
    "document",
    "init_app",
    "problems_of",
    "takes_bodies",
    "takes_header",
]

View = TypeVar("View", bound=Callable[..., Any])


def problems_of(*kinds: type[DomainError]) -> Callable[[View], View]:
    """Declare the domain errors that a view may end in, for the document and for docs/errors.md."""

    def mark(view: View) -> View:
        view.problems = (*getattr(view, "problems", ()), *kinds)  # type: ignore[attr-defined]
        return view

    return mark


def also_answers(model: type[BaseModel], status: int, description: str, example: Document) -> Callable[[View], View]:
    """Declare a second successful answer of a view, beside the one of its `output`."""

    def mark(view: View) -> View:
        view.second_answer = (model, status, description, example)  # type: ignore[attr-defined]
        return view

    return mark


def takes_header(name: str, description: str, *, required: bool = False) -> Callable[[View], View]:
    """Declare a header that a view reads itself."""
    header = {"in": "header", "name": name, "required": required, "description": description}
    header["schema"] = {"type": "string", "minLength": 1} if required else {"type": "string"}

    def mark(view: View) -> View:
        view.headers = (*getattr(view, "headers", ()), header)  # type: ignore[attr-defined]
        return view

    return mark


def takes_bodies(contents: dict[str, Document]) -> Callable[[View], View]:
    """Declare the bodies that a view reads itself: for each media type an OpenAPI media type object."""

    def mark(view: View) -> View:
        view.bodies = contents  # type: ignore[attr-defined]
        return view

    return mark


def answers_with(
    status: int, media_type: str, description: str, example: Any = None, schema: Document | None = None
) -> Callable[[View], View]:
    """Declare an answer of a view that is not our JSON; text, or octets where there is no example.

    Args:
        schema: of each event, where the answer is a stream of them; `example` is one.
    """
    binary = {"schema": {"type": "string", "format": "binary"}}
    content = binary if example is None else {"schema": schema or {"type": "string"}, "example": example}

    def mark(view: View) -> View:
        answer = (status, media_type, description, content)
        view.other_answers = (*getattr(view, "other_answers", ()), answer)  # type: ignore[attr-defined]
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
