"""The kinds of text that inputs hold, each with its limits."""

from typing import Annotated

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, Field, SecretStr

from quartet.schemas import Text

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
