"""Bases of what goes in and out: inputs forbid what they do not know, outputs list what leaves."""

import re
from decimal import Decimal
from typing import Annotated, Any, ClassVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    WithJsonSchema,
    field_validator,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

MOST_MEMBERS = 100


class Input(BaseModel):
    """A request body; unknown members are refused, and no type is taken for another."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)

    @model_validator(mode="before")
    @classmethod
    def _not_without_end(cls, value: Any) -> Any:
        # Each unknown member would make an error, and a body of a megabyte has hundreds of thousands.
        if isinstance(value, dict) and len(value) > MOST_MEMBERS:
            raise ValueError(f"An object should have at most {MOST_MEMBERS} members")
        return value


class Query(Input):
    """A query string, whose values are text that may stand for numbers."""

    model_config = ConfigDict(strict=False)


class Changes(Input):
    """A body that changes something: its members may all be left out, and none of them may be null."""

    @field_validator("*", mode="before")
    @classmethod
    def _not_null(cls, value: Any) -> Any:
        if value is None:
            raise ValueError("Leave out what is null")
        return value

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        described = handler.resolve_ref_schema(handler(schema))
        for member in described["properties"].values():
            describe_not_null(member)
        return described


class Output(BaseModel):
    """An answer; made from an object by its attributes, or from keywords. What was not set does not leave."""

    model_config = ConfigDict(frozen=True, from_attributes=True)


def describe_not_null(member: JsonSchemaValue) -> None:
    """Change the JSON Schema of a member that may be left out to that of one which, when given, is not null."""
    (kind,) = (each for each in member.pop("anyOf") if each.get("type") != "null")
    member.pop("default", None)
    member |= kind


class Choice(Input):
    """An input of which exactly one of the members `one_of` must be given, and none of them as null."""

    one_of: ClassVar[tuple[str, ...]]

    @model_validator(mode="before")
    @classmethod
    def _exactly_one(cls, value: Any) -> Any:
        if isinstance(value, dict) and sum(value.get(name) is not None for name in cls.one_of) != 1:
            raise ValueError(f"Give exactly one of {', '.join(cls.one_of)}")
        if isinstance(value, dict) and any(name in value and value[name] is None for name in cls.one_of):
            raise ValueError(f"Leave out what is null: {', '.join(cls.one_of)}")
        return value

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        described = handler.resolve_ref_schema(handler(schema))
        for name in cls.one_of:
            describe_not_null(described["properties"][name])
        described["oneOf"] = [{"required": [name]} for name in cls.one_of]
        return described


HALF_A_PAIR = re.compile("[\ud800-\udfff]")


def unstorable(text: str) -> str | None:
    """Return the rule that a text breaks which no store can hold; None for any other."""
    if not text.isascii() and HALF_A_PAIR.search(text):
        return "String should not hold half of a surrogate pair"
    return "String should not hold a NUL character" if "\0" in text else None


def _storable(text: str) -> str:
    if rule := unstorable(text):
        raise ValueError(rule)
    return text


Text = Annotated[str, AfterValidator(_storable), Field(json_schema_extra={"pattern": r"^[^\u0000]*$"})]
"""Text that every store can hold."""


def _flag(text: object) -> object:
    return {"true": True, "false": False}.get(str(text), text if isinstance(text, bool) else None)


Flag = Annotated[bool, BeforeValidator(_flag), WithJsonSchema({"type": "boolean"})]
"""`true` or `false` in a query."""


def _integral(value: Any) -> Any:
    """Take 3.0 and 3e2 for the integers that they are, as JSON Schema does."""
    if isinstance(value, Decimal) and value.is_finite() and value.adjusted() < MOST_DIGITS and value == int(value):
        return int(value)
    return value


MOST_DIGITS = 30
AnyWholeNumber = BeforeValidator(_integral)
"""Put last into the Annotated of an `int` of a JSON body."""


class Problem(BaseModel):
    """An error, as RFC 9457 writes it."""

    model_config = ConfigDict(title="Problem")

    type: str
    title: str
    status: int
    detail: str
    code: str
    request_id: str


class FieldProblem(BaseModel):
    field: str
    message: str


class InputProblem(Problem):
    """An error that names the fields at fault."""

    model_config = ConfigDict(title="InputProblem")

    errors: list[FieldProblem]
