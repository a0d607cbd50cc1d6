"""Login, refresh, sessions."""

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import Field

from auth.models import Session
from auth.schemas.accounts import UserOut
from auth.schemas.fields import Password, Stamp
from quartet.schemas import Choice, Input, Output, Text

Device = Annotated[
    Text, Field(min_length=1, max_length=128, description="What the device is called.", examples=["Ada's laptop"])
]
Mode = Annotated[
    Literal["body", "cookie"],
    Field(description="Where the refresh token goes: into the answer, or into a cookie that no script can read."),
]


class Login(Choice):
    """Either name will do, one of the two is needed."""

    one_of = ("username", "email")

    username: Text | None = Field(None, min_length=1, max_length=254, examples=["ada"])
    email: Text | None = Field(None, min_length=1, max_length=254)
    password: Password
    device: Device | None = None
    mode: Mode = "body"


class Refresh(Input):
    """The refresh token; it may come as Bearer instead, or in the cookie of browser mode."""

    refresh_token: Stamp | None = Field(None, examples=["qr1.1f2e3d4c.0b5e….1.AbC…"])


class Tokens(Output):
    access_token: str
    refresh_token: str = Field("", description="Left out in browser mode, where it is in a cookie alone.")
    token_type: str
    expires_in: int = Field(description="Seconds until the access token expires.", examples=[900])


class LoggedIn(Tokens):
    user: UserOut


class SessionOut(Output):
    """A session; `ip` is where it was last used from, null where that is not known."""

    id: str
    device: str | None
    ip: str | None
    created_at: datetime
    last_used_at: datetime = Field(description="When it began, or was last refreshed.")
    expires_at: datetime = Field(description="When it ends unless it is refreshed.")
    current: bool = Field(description="Whether it is the one that asks.")

    @classmethod
    def of(cls, session: Session, current: str) -> Self:
        return cls(
            id=session.id,
            device=session.device,
            ip=session.address,
            created_at=session.created_at,
            last_used_at=session.rotated_at,
            expires_at=session.expires_at,
            current=session.id == current,
        )


class Sessions(Output):
    items: list[SessionOut]
