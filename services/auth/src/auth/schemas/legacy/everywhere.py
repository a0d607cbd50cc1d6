"""What clients of several of the older systems send and read."""

from pydantic import Field

from auth.schemas.fields import Email, NewPassword, Password, Stamp, Username
from quartet.legacy import LegacyInput
from quartet.schemas import Output, Text


class Credentials(LegacyInput):
    username: Text = Field(min_length=1, max_length=254, examples=["ada"])
    password: Password


class Registration(LegacyInput):
    username: Username
    email: Email | None = Field(None, description="May be left out only where confirmation is off.")
    password: NewPassword


class FixedRefreshToken(LegacyInput):
    """The refresh token of a login of an older system; it may come as Bearer instead."""

    refresh_token: Stamp | None = Field(None, examples=["ql1.1f2e3d4c.0b5e…"])


class Message(Output):
    message: str


class AccessToken(Output):
    access_token: str


class Token(Output):
    """The access token, of systems that knew no other."""

    token: str
