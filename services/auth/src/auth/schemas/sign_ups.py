"""Sign-up and confirmation."""

from typing import Any

from pydantic import ConfigDict, Field

from auth.schemas.accounts import UserOut
from auth.schemas.fields import Email, NewPassword, Stamp, Username
from auth.schemas.sessions import LoggedIn
from quartet.schemas import Input, Output, describe_not_null


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


class Confirmation(Input):
    token: Stamp = Field(examples=["qc1.1f2e3d4c.0b5e…"])


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
