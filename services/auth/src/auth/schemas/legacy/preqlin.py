"""What preqlin's clients send and read."""

from typing import Self

from pydantic import Field

from auth.models import User
from auth.schemas.fields import Email, NewPassword, Username
from quartet.legacy import LegacyInput
from quartet.schemas import Output


class PreqlinRegistration(LegacyInput):
    username: Username
    email: Email
    password: NewPassword


class PreqlinTokens(Output):
    """`token` is the access token once more; the refresh token stays, and is for older systems' routes alone."""

    access_token: str
    refresh_token: str
    token: str


class PreqlinUser(Output):
    id: int = Field(examples=[1])
    username: str = Field(examples=["ada"])
    email: str | None = Field(examples=["ada@example.com"])
    activated: bool

    @classmethod
    def of(cls, user: User) -> Self:
        return cls(id=user.id, username=user.username, email=user.email, activated=user.email_confirmed)
