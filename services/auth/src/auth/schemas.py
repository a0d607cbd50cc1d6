"""What goes in and out of auth."""

from typing import Annotated, Any, Self

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, ConfigDict, Field, SecretStr

from auth.models import User
from quartet.schemas import Choice, Input, Output, Query, Text, describe_not_null

LONGEST_EMAIL = 254


def _email(text: str) -> str:
    try:
        return validate_email(text, check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise ValueError(str(error)) from None


Username = Annotated[
    str,
    Field(
        min_length=3,
        max_length=32,
        pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$",
        description="Letters, digits, dots, underscores and hyphens; a letter or digit first. Case does not count.",
        examples=["ada"],
    ),
]
Email = Annotated[
    Text,
    Field(max_length=LONGEST_EMAIL, json_schema_extra={"format": "email"}),
    AfterValidator(_email),
    Field(examples=["ada@example.com"]),
]
NewPassword = Annotated[SecretStr, Field(min_length=8, max_length=256, examples=["correct horse battery"])]
Password = Annotated[SecretStr, Field(min_length=1, max_length=256, examples=["correct horse battery"])]
Stamp = Annotated[Text, Field(min_length=1, max_length=512)]


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


class Login(Choice):
    """Either name will do, one of the two is needed."""

    one_of = ("username", "email")

    username: Text | None = Field(None, min_length=1, max_length=254, examples=["ada"])
    email: Text | None = Field(None, min_length=1, max_length=254)
    password: Password


class Refresh(Input):
    """The refresh token; it may come as Bearer instead."""

    refresh_token: Stamp | None = Field(None, examples=["qr1.1f2e3d4c.0b5e….1.AbC…"])


class Deletion(Input):
    password: Password


class FeedQuery(Query):
    after: str = Field("0", pattern=r"^(0|[1-9][0-9]{0,17}\.[0-9a-f]{1,32})$")
    limit: int = Field(1000, ge=1, le=1000)


class UserOut(Output):
    id: int = Field(examples=[1])
    username: str = Field(examples=["ada"])
    email: str | None = Field(examples=["ada@example.com"])
    email_confirmed: bool
    roles: list[str] = Field(examples=[["user"]])

    @classmethod
    def of(cls, user: User) -> Self:
        return cls(
            id=user.id,
            username=user.username,
            email=user.email,
            email_confirmed=user.email_confirmed,
            roles=user.roles.split(),
        )


class Account(UserOut):
    """The account as its owner sees it; `subject` is what tokens call it."""

    subject: str = Field(examples=["0b5e7a52-4c0f-4f35-9d7c-6a1d3d5f8f10"])


class SignUpPending(Output):
    username: str
    email: str
    email_confirmed: bool
    message: str


class Tokens(Output):
    access_token: str
    refresh_token: str
    token_type: str
    expires_in: int = Field(description="Seconds until the access token expires.", examples=[900])


class LoggedIn(Tokens):
    user: UserOut


class SignedUp(LoggedIn):
    id: int
    username: str
    email: str | None
    email_confirmed: bool


class Confirmed(Output):
    message: str
    user: UserOut
