"""What web3m's clients send and read."""

from typing import Annotated, Self
from unicodedata import normalize

from pydantic import AfterValidator, Field

from auth import addresses, usernames
from auth.models import User
from auth.schemas.fields import Email, NewPassword, Password, Username
from quartet.legacy import LegacyInput
from quartet.schemas import Changes, Output, Text

LONGEST_NAME = 30  # ours may be longer


def _not_too_long(name: str) -> str:
    if len(normalize("NFC", name)) > LONGEST_NAME:
        raise ValueError(f"String should have at most {LONGEST_NAME} characters")
    return name


ShorterUsername = Annotated[
    Username,
    AfterValidator(_not_too_long),
    Field(json_schema_extra={"minLength": usernames.SHORTEST, "maxLength": LONGEST_NAME}),
]


class Web3mRegistration(LegacyInput):
    username: ShorterUsername
    email: Email
    password: NewPassword


class Web3mResending(LegacyInput):
    """Any text will do for an address: only one that waits for its confirmation gets a mail."""

    email: Text = Field(min_length=1, max_length=addresses.LONGEST, examples=["ada@example.com"])


class Web3mCredentials(LegacyInput):
    email: Text = Field(min_length=1, max_length=254, examples=["ada@example.com"])
    password: Password


class Web3mChanges(Changes, LegacyInput):
    """What of the account shall change."""

    username: ShorterUsername | None = None
    email: Email | None = None
    password: NewPassword | None = None


class Web3mUser(Output):
    user_id: int = Field(examples=[1])
    username: str = Field(examples=["ada"])
    email: str | None = Field(examples=["ada@example.com"])
    is_email_confirmed: bool

    @classmethod
    def of(cls, user: User) -> Self:
        return cls(user_id=user.id, username=user.username, email=user.email, is_email_confirmed=user.email_confirmed)


class Web3mSignedIn(Web3mUser):
    """The refresh token stays the same, and is for the refresh routes of older systems alone."""

    access_token: str
    refresh_token: str
