"""Sign-up and confirmation."""

from typing import Any, Self

from pydantic import ConfigDict, Field, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from auth.schemas.accounts import UserOut
from auth.schemas.fields import Email, NewPassword, Stamp, Username
from auth.schemas.sessions import Device, LoggedIn, Mode
from quartet.schemas import Choice, Input, Output, describe_not_null

CODE_PATTERN = r"^[0-9]{6}$"


def _with_email(schema: dict[str, Any]) -> None:
    """Describe the e-mail as required, as it is wherever it must be confirmed."""
    describe_not_null(schema["properties"]["email"])
    schema["properties"]["email"]["description"] = "May be left out only where confirmation is off."
    schema["required"] = ["username", "email", "password"]


class SignUp(Input):
    model_config = ConfigDict(json_schema_extra=_with_email)

    username: Username
    email: Email | None = None
    password: NewPassword
    device: Device | None = None
    mode: Mode = "body"


class ConfirmationLink(Input):
    token: Stamp = Field(examples=["qc1.1f2e3d4c.0b5e…"])


class Confirmation(Choice):
    """What the mail holds: its link's token, or its code, together with the e-mail that it went to."""

    one_of = ("token", "email")

    token: Stamp | None = Field(None, examples=["qc1.1f2e3d4c.0b5e…"])
    email: Email | None = None
    code: str | None = Field(None, pattern=CODE_PATTERN, examples=["123456"])

    @model_validator(mode="after")
    def _code_with_email(self) -> Self:
        if (self.email is None) != (self.code is None):
            raise ValueError("Give a code together with its email, and no code with a token")
        return self

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        described = super().__get_pydantic_json_schema__(schema, handler)
        describe_not_null(described["properties"]["code"])
        return {**described, "dependentRequired": {"email": ["code"], "code": ["email"]}}


class Resending(Input):
    email: Email


class MailPending(Output):
    message: str


class SignUpPending(Output):
    username: str
    email: str
    email_confirmed: bool
    message: str


class SignedUp(LoggedIn):
    id: int
    username: str
    email: str | None
    email_confirmed: bool


class Confirmed(Output):
    message: str
    user: UserOut
