"""Accounts, as their owners and others see them."""

from datetime import datetime
from typing import Self

from pydantic import Field

from auth.models import User
from auth.schemas.fields import Email, Password, Username
from quartet.schemas import Changes, Input, Output


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

    new_email: str | None = Field(description="Takes the place of `email` once it is confirmed.", examples=[None])
    subject: str = Field(examples=["0b5e7a52-4c0f-4f35-9d7c-6a1d3d5f8f10"])
    created_at: datetime

    @classmethod
    def of(cls, user: User) -> Self:
        shown = UserOut.of(user).model_dump()
        return cls(**shown, new_email=user.new_email, subject=user.subject, created_at=user.created_at)


class AccountChanges(Changes):
    """What of the account shall change; a new e-mail needs the password."""

    username: Username | None = None
    email: Email | None = None
    password: Password | None = None


class Deletion(Input):
    password: Password
