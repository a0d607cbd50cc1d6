"""The kinds of text that inputs hold, each with its limits."""

from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr

from auth import addresses, password_rules, usernames
from quartet.schemas import Text


def _open_to_the_public(name: str) -> str:
    if usernames.is_reserved(name):
        raise ValueError("This user name is reserved; choose another one")
    return name


def _encodable(secret: SecretStr) -> SecretStr:
    try:
        secret.get_secret_value().encode()
    except UnicodeEncodeError:
        raise ValueError("String should not hold half of a surrogate pair") from None
    return secret


def _long_enough(secret: SecretStr) -> SecretStr:
    password_rules.check_length(secret.get_secret_value())
    return secret


def _not_empty(secret: SecretStr) -> SecretStr:
    password_rules.check_length(secret.get_secret_value(), 1)
    return secret


Username = Annotated[
    str,
    AfterValidator(usernames.read),
    AfterValidator(_open_to_the_public),
    Field(
        description=(
            "Letters and digits of one script (Latin may stand with Chinese, Japanese or Korean), dots, underscores "
            "and hyphens; a letter or a digit first. PRECIS UsernameCaseMapped (RFC 8265), without names that look "
            "like others. Counted, stored and shown composed (NFC); neither case nor width counts when names are "
            "compared. Some names are reserved."
        ),
        examples=["ada"],
        json_schema_extra={
            "minLength": usernames.SHORTEST,
            "maxLength": usernames.LONGEST,
            "pattern": r"^[^\u0000-/:-@\[-`{-\u00a9][^\u0000-,/:-@\[-\^`{-\u00a9]*$",
        },
    ),
]
"""A name that somebody of the public takes; `usernames.read` says what it may be."""

Email = Annotated[
    Text,
    Field(max_length=addresses.LONGEST),
    AfterValidator(addresses.read),
    Field(
        description="The part before the @ in ASCII; an international domain in either form, kept as ASCII.",
        examples=["ada@example.com"],
        json_schema_extra={"format": "email"},
    ),
]
Secret = Annotated[SecretStr, AfterValidator(_encodable)]
NewPassword = Annotated[
    Secret,
    AfterValidator(_long_enough),
    Field(
        description="Counted composed (NFC). Neither a common one nor the user name or the e-mail.",
        examples=["correct horse battery"],
        json_schema_extra={"minLength": password_rules.SHORTEST, "maxLength": password_rules.LONGEST},
    ),
]
Password = Annotated[
    Secret,
    AfterValidator(_not_empty),
    Field(examples=["correct horse battery"], json_schema_extra={"minLength": 1, "maxLength": password_rules.LONGEST}),
]
Stamp = Annotated[Text, Field(min_length=1, max_length=512)]
