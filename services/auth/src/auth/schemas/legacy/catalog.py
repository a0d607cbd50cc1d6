"""What catalog's clients send and read."""

from typing import Self

from pydantic import Field

from auth.models import User
from auth.schemas.fields import Password
from quartet.legacy import LegacyInput
from quartet.schemas import Choice, Output, Text


class CatalogCredentials(Choice, LegacyInput):
    """Either name will do, one of the two is needed."""

    one_of = ("username", "email")

    username: Text | None = Field(None, min_length=1, max_length=254, examples=["ada"])
    email: Text | None = Field(None, min_length=1, max_length=254)
    password: Password


class CatalogUser(Output):
    id: int = Field(examples=[1])
    username: str = Field(examples=["ada"])
    email: str | None = Field(examples=["ada@example.com"])

    @classmethod
    def of(cls, user: User) -> Self:
        return cls(id=user.id, username=user.username, email=user.email)


class CatalogTokens(Output):
    """The refresh token stays the same, and is for the refresh routes of older systems alone."""

    access_token: str
    refresh_token: str
    user: CatalogUser


class CatalogSignedUp(CatalogTokens):
    message: str
    id: int = Field(examples=[1])
    username: str = Field(examples=["ada"])
    email: str | None = Field(examples=["ada@example.com"])
