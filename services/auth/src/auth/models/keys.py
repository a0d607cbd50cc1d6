"""Signing keys."""

from datetime import datetime

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from auth.models.base import Base
from quartet.database import UTCDateTime, exact


class SigningKey(Base):
    """A key pair of access tokens.

    `state` is next, active or retiring, and all three are published; or withdrawn, without its private part.
    """

    __tablename__ = "signing_keys"

    kid: Mapped[str] = mapped_column(exact(64), primary_key=True)
    state: Mapped[str] = mapped_column(exact(16))
    public_jwk: Mapped[str] = mapped_column(Text)
    sealed_private: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    active_since: Mapped[datetime | None] = mapped_column(UTCDateTime)
    retiring_since: Mapped[datetime | None] = mapped_column(UTCDateTime)
