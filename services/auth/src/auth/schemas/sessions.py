"""Login, refresh, sessions."""

from pydantic import Field

from auth.schemas.accounts import UserOut
from auth.schemas.fields import Password, Stamp
from quartet.schemas import Choice, Input, Output, Text


class Login(Choice):
    """Either name will do, one of the two is needed."""

    one_of = ("username", "email")

    username: Text | None = Field(None, min_length=1, max_length=254, examples=["ada"])
    email: Text | None = Field(None, min_length=1, max_length=254)
    password: Password


class Refresh(Input):
    """The refresh token; it may come as Bearer instead."""

    refresh_token: Stamp | None = Field(None, examples=["qr1.1f2e3d4c.0b5e….1.AbC…"])


class Tokens(Output):
    access_token: str
    refresh_token: str
    token_type: str
    expires_in: int = Field(description="Seconds until the access token expires.", examples=[900])


class LoggedIn(Tokens):
    user: UserOut
